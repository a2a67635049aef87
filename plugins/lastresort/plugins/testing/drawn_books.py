"""Books that nobody would think of, drawn by hypothesis: zeros, ties, extreme scales, empty sides, thousands of rows.

A story is one venue at one to three moments; its markets, pools and accounts stay, everything else may change.
"""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from numpy.typing import NDArray

from lastresort.mechanisms.contract import CashKind, EventKind, Floats, Phase
from lastresort.plugins.testing.checks.telling import Story
from lastresort.plugins.testing.questioning import Severity, usual_severity, widest_severity
from lastresort.plugins.testing.sample_venue import Accounts, Book

CROWD = 700
"""How often each drawn account may be repeated: five of them make thousands."""

amounts = st.sampled_from((0.0, 1.0, 2.0, 10.0)) | st.floats(1e-3, 1e3)
"""What may be nothing at all, and is often as much as somebody else's."""

positions = st.sampled_from((0.0, 1.0, -1.0, 2.0, -2.0)) | st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3)
moves = st.sampled_from((1.0, 0.9, 1.1)) | st.floats(0.4, 2.5)
shares = st.sampled_from((0.0, 1.0)) | st.floats(0.0, 1.0)
sizes = st.sampled_from((1e3, 1.0, 1e8))
"""How many contracts a position of one is."""

prices = st.sampled_from((1.0, 1e-3, 1e3))
lots = st.sampled_from((1.0, 1e-6, 100.0))
severities: SearchStrategy[Severity] = st.sampled_from((usual_severity, widest_severity))


@st.composite
def stories(draw: DrawFn) -> Story:
    """One venue at one to three moments, under one of two severities."""
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
        accounts = _numbered(accounts)
        scenes.append(_book(draw, accounts, mark, start, size, pools, 60.0 * (moment + 1), moment == moments - 1))
    return Story(tuple(scenes), draw(severities))


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


def _accounts(draw: DrawFn, traits: dict[str, NDArray[Any]], mark: Floats, size: float) -> Accounts:
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
    return Accounts(
        account=np.arange(n),
        quantity=quantity,
        entry=entry,
        opened=np.zeros((n, markets)),
        cash=equity - (quantity * (mark - entry)).sum(axis=1),
        isolated=traits["isolated"],
        hedged=traits["hedged"],
        attested=traits["attested"],
        contribution=contribution,
        discount=traits["discount"],
        earlier=_column(draw, n, shares),
        since=_column(draw, n, st.sampled_from((0.0, 60.0))),
        orders=_column(draw, n, st.integers(0, 3), np.int64),
        vault=traits["vault"],
    )


def _numbered(accounts: Accounts) -> Accounts:
    columns = {name: getattr(accounts, name) for name in Accounts.__dataclass_fields__}
    return Accounts(**columns | {"account": np.arange(101, 101 + len(accounts.cash))})


def _book(
    draw: DrawFn, accounts: Accounts, mark: Floats, start: Floats, size: float, pools: int, time: float, final: bool
) -> Book:
    """The venue around its accounts: the engine, the pools, the feeds."""
    M, unit = len(mark), size * float(mark[0])
    inventory = _column(draw, M, positions) * size
    lost = _column(draw, M, amounts) * unit / 10
    balance = _column(draw, pools, amounts) * unit
    phase = _column(draw, M, st.sampled_from((Phase.OPEN, Phase.OPEN, Phase.HALT, Phase.REDUCE_ONLY)), np.int64)
    return Book(
        time=time,
        final=final,
        accounts=accounts,
        mark=mark,
        mid=mark * _column(draw, M, moves),
        index=mark * _column(draw, M, moves),
        previous_mark=mark * _column(draw, M, moves),
        last_settlement=start,
        phase=phase,
        until=np.where(phase == Phase.OPEN, np.inf, time + 60.0),
        volatility=_column(draw, M, amounts),
        rate=_column(draw, M, st.sampled_from((0.01, 0.05, 0.5))),
        lot=np.full(M, draw(lots)),
        initial_open_interest=np.full(M, size * len(accounts.cash)),
        inventory=inventory,
        booked=-inventory * mark * _column(draw, M, moves) - lost,
        slip=_column(draw, M, st.sampled_from((0.0, 0.01, 0.5))),
        orders=_column(draw, M, positions) * size,
        event_kind=_column(draw, M, st.sampled_from(EventKind), np.int64),
        pool=np.arange(M) % pools,
        pool_balance=balance,
        pool_peak=balance + _column(draw, pools, amounts) * unit,
        fund_result=_column(draw, M, positions) * unit,
        vault_equity=_column(draw, pools, positions) * unit,
        vault_notional=_column(draw, pools, amounts) * unit,
        flows=_column(draw, pools, amounts) * unit / 100,
        flow_kind=_column(draw, pools, st.sampled_from(CashKind), np.int64),
        claims=draw(amounts) * unit,
        capital=draw(amounts) * unit,
        transfer=draw(amounts) * unit,
    )
