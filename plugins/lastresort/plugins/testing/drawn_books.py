"""Books that nobody would think of, drawn by hypothesis: zeros, ties, extreme scales, empty sides, thousands of rows.

A story is one venue at one to three moments; its markets, pools and accounts stay, everything else may change.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from numpy.typing import NDArray

from lastresort.mechanisms.contract import CashKind, EventKind, Floats, Ints, OrderKind, Phase
from lastresort.plugins.testing.checks.telling import Story
from lastresort.plugins.testing.questioning import NOBODY, WIDEST, Earlier
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue
from lastresort.plugins.testing.scene import Scene, Tick

CROWD = 700
"""How often each drawn account may be repeated: five of them make thousands."""

REMNANT = 1.0
"""Drawn books may be tiny, so that the engine leaves less lying (USD) than on a venue."""

ROUNDING = 0.01

amounts = st.sampled_from((0.0, 1.0, 2.0, 10.0)) | st.floats(1e-3, 1e3)
"""What may be nothing at all, and is often as much as somebody else's."""

positions = st.sampled_from((0.0, 1.0, -1.0, 2.0, -2.0)) | st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3)
moves = st.sampled_from((1.0, 0.9, 1.1)) | st.floats(0.4, 2.5)
shares = st.sampled_from((0.0, 1.0)) | st.floats(0.0, 1.0)
sizes = st.sampled_from((1e3, 1.0, 1e8))
"""How many contracts a position of one is."""

prices = st.sampled_from((1.0, 1e-3, 1e3))
lots = st.sampled_from((1.0, 1e-6, 100.0))
earlier: SearchStrategy[Earlier] = st.sampled_from((NOBODY, WIDEST))


class DrawnScene(Scene):
    """A scene in which nobody is what anybody else needs, so that its accounts may be changed."""

    def reordered(self, order: Ints) -> "DrawnScene":
        """The same venue with its accounts in another order."""
        return self._with(replace(self.venue, accounts=self.venue.accounts.rows(order)))

    def untied(self) -> "DrawnScene":
        """The same venue with no two accounts alike: losers tie in many queues, and so do those without leverage.

        Everybody with a position is in profit and levered, two to ten times. Size, gain and margin are drawn for each
        account apart, so that no product of them ties.
        """
        venue, who = self.venue, self.venue.accounts
        n = len(who.account)
        draw = np.random.default_rng(n)
        (size, gain), margin = draw.uniform(1.0, 1.1, (2, n)), draw.uniform(0.1, 0.5, n)
        quantity = who.quantity * size[:, None]
        notional = (np.abs(quantity) * venue.mark).sum(axis=1)
        entry = venue.mark * (1 - 0.1 * np.sign(quantity) * gain[:, None])
        profit = (quantity * (venue.mark - entry)).sum(axis=1)
        cash = np.where(notional > 0, margin * notional - profit, who.cash * size)
        accounts = replace(
            who,
            quantity=quantity,
            entry=entry,
            opened=who.opened + (gain * venue.time)[:, None] / 2,
            cash=cash,
            opening=cash,
            settled=cash + margin * profit,
            discount=who.discount + margin / 100,
        )
        return self._with(replace(venue, accounts=accounts, index=venue.mark))

    def _with(self, venue: SampleVenue) -> "DrawnScene":
        return DrawnScene(venue, venue, self.tick, self.final)


@st.composite
def stories(draw: DrawFn) -> Story:
    """One venue at one to three moments, as the only stage or after one that shares everything."""
    markets, size = draw(st.integers(1, 3)), draw(sizes)
    pools = draw(st.integers(1, markets))
    start = _column(draw, markets, moves) * draw(prices)
    copies = draw(st.sampled_from((1, 1, 1, CROWD)))
    drawn, moments = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    traits = _traits(draw, drawn, markets)
    scenes = []
    for moment in range(moments):
        mark = start * _column(draw, markets, moves)
        accounts = _accounts(draw, traits, mark, size).rows(np.tile(np.arange(drawn), copies))
        accounts = replace(accounts, account=np.arange(101, 101 + len(accounts.cash)))
        venue = _venue(draw, accounts, mark, start, size, pools, 60.0 * (moment + 1))
        scenes.append(DrawnScene(venue, venue, _tick(draw, venue, size), moment == moments - 1))
    return Story(tuple(scenes), draw(earlier))


def _column(draw: DrawFn, n: int, cells: SearchStrategy[Any], dtype: Any = np.float64) -> NDArray[Any]:
    return np.array(draw(st.lists(cells, min_size=n, max_size=n)), dtype=dtype)


def _traits(draw: DrawFn, n: int, markets: int) -> dict[str, NDArray[Any]]:
    """What an account keeps for the whole story."""
    isolated = _column(draw, n, st.booleans(), np.bool_)
    cross = ~isolated
    return {
        "isolated": isolated,
        "market": _column(draw, n, st.integers(0, markets - 1), np.int64),
        "contribution": _column(draw, n, amounts),
        "discount": np.where(cross, _column(draw, n, st.sampled_from((np.nan, 0.0, 0.02))), np.nan),
        "hedged": _column(draw, n, shares),
        "attested": _column(draw, n, shares),
        "vault": cross & _column(draw, n, st.sampled_from((False, False, True)), np.bool_),
    }


def _accounts(draw: DrawFn, traits: dict[str, NDArray[Any]], mark: Floats, size: float) -> SampleAccounts:
    """Positions and cash at one moment; equity is a drawn multiple of the notional, below zero at times."""
    n, markets = len(traits["isolated"]), len(mark)
    quantity = _column(draw, n * markets, positions).reshape(n, markets) * size
    elsewhere = traits["isolated"][:, None] & (np.arange(markets) != traits["market"][:, None])
    quantity[elsewhere] = 0.0
    entry = _column(draw, n * markets, moves).reshape(n, markets) * mark
    wanted = _column(draw, n, st.sampled_from((0.0, 0.01, 0.1, 1.0)) | st.floats(-0.3, 5.0))
    notional = (np.abs(quantity) * mark).sum(axis=1)
    equity = wanted * np.where(notional > 0, notional, size * mark[0] * (wanted > 0))
    contribution = traits["contribution"] * size * mark[0] / 100
    profit = (quantity * (mark - entry)).sum(axis=1)
    cash, older = equity - profit, _column(draw, n, shares)
    hedged, attested = (np.repeat(traits[name][:, None], markets, axis=1) for name in ("hedged", "attested"))
    return SampleAccounts(
        account=np.arange(n),
        isolated=traits["isolated"],
        quantity=quantity,
        entry=entry,
        cash=cash,
        opened=np.zeros((n, markets)),
        hedged=hedged,
        attested=attested,
        opening=cash,
        settled=cash + older * profit,
        contribution=contribution,
        discount=traits["discount"],
        since=_column(draw, n, st.sampled_from((0.0, 60.0))),
        orders=_column(draw, n, st.integers(0, 3), np.int64),
        vault=traits["vault"],
        tier=np.arange(n, dtype=np.float64) % 3,
        programme=np.arange(n, dtype=np.float64) % 2,
        cover=np.arange(n) % 4 / 3.0,
    )


def _venue(
    draw: DrawFn, accounts: SampleAccounts, mark: Floats, start: Floats, size: float, pools: int, time: float
) -> SampleVenue:
    """The venue around its accounts: the engine, the pools, the feeds."""
    M, unit = len(mark), size * float(mark[0])
    inventory = _column(draw, M, positions) * size
    lost = _column(draw, M, amounts) * unit / 10
    balance = _column(draw, pools, amounts) * unit
    return SampleVenue(
        time=time,
        accounts=accounts,
        index=mark * _column(draw, M, moves),
        mid=mark * _column(draw, M, moves),
        mark=mark,
        previous_mark=mark * _column(draw, M, moves),
        last_settlement=start,
        volatility=_column(draw, M, amounts),
        beta=np.ones(M),
        rate=_column(draw, M, st.sampled_from((0.01, 0.05, 0.5))),
        lot=np.full(M, draw(lots)),
        initial_open_interest=np.full(M, size * len(accounts.cash)),
        inventory=inventory,
        engine_cash=-inventory * mark * _column(draw, M, moves) - lost,
        slip=_column(draw, M, st.sampled_from((0.0, 0.01, 0.5))),
        slope=np.zeros(M),
        pool=np.arange(M) % pools,
        pool_balance=balance,
        pool_peak=balance + _column(draw, pools, amounts) * unit,
        fund_result=_column(draw, M, positions) * unit,
        vault_equity=_column(draw, pools, positions) * unit,
        vault_notional=_column(draw, pools, amounts) * unit,
        claims=draw(amounts) * unit,
        capital=draw(amounts) * unit,
        default_fund=float(accounts.contribution.sum()),
        remnant=REMNANT,
        rounding=ROUNDING,
        key=(int(time),),
    )


def _tick(draw: DrawFn, venue: SampleVenue, size: float) -> Tick:
    """Three rows of orders per market, as the engine arranges them; one flow per pool and one event per market."""
    M, pools, unit = len(venue.mark), len(venue.pool_balance), size * float(venue.mark[0])
    phase = _column(draw, M, st.sampled_from((Phase.OPEN, Phase.OPEN, Phase.HALT, Phase.REDUCE_ONLY)), np.int64)
    wanted, moved = (_column(draw, M, positions) * size for _ in range(2))
    kinds = (OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION)
    market, kind = np.tile(np.arange(M), len(kinds)), np.repeat([int(kind) for kind in kinds], M)
    flow = _column(draw, pools, st.sampled_from(CashKind), np.int64)
    event = _column(draw, M, st.sampled_from(EventKind), np.int64)
    return Tick(
        phase=phase,
        until=np.where(phase == Phase.OPEN, np.inf, venue.time + 60.0),
        orders=(market, kind, np.concatenate([wanted, -wanted, -venue.inventory])),
        transfer=draw(amounts) * unit,
        flows=(flow, np.arange(pools), _column(draw, pools, amounts) * unit / 100),
        events=(event, np.arange(M), moved, _column(draw, M, amounts) * unit),
    )
