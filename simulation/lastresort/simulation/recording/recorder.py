"""Takes down a run as it happens: the series minute by minute, extremes per book, and at the end the record."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Payer
from lastresort.simulation.accounts.demand_zeros import demand_zeros, sparse_copy
from lastresort.simulation.accounts.journal import Cause, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import CROSS_COHORTS, ISOLATED_COHORTS
from lastresort.simulation.accounts.strategies import account_equity
from lastresort.simulation.kernels.extremes import group_averages, note_extremes
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.recording.frames import frame, large_frame, named
from lastresort.simulation.recording.record import PAID, POOLS
from lastresort.simulation.recording.standing_losses import StandingLosses
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.loss_log import LossLog

if TYPE_CHECKING:
    import pandas as pd

MINUTE = 60.0

COHORTS = (*ISOLATED_COHORTS, *CROSS_COHORTS)

SERIES = ("price", "exogenous", "depth", "basis", "premium")
"""What the series hold of every group of markets: averages over its books by open interest."""

SUMS = (
    "open_interest",
    "liquidated_long",
    "liquidated_short",
    "deleveraged",
    "charged",
    "fund",
    "backstop",
    "inventory",
    "gap_btc",
    "gap_small",
    "quoting",
)
"""What they hold besides: USD, the largest gaps between venues of the first and the last group, quotes left."""

PURSES = ("capital", "default_fund", "treasury", "claims")
"""What is sampled of every venue beside its pools, USD."""


class Recorder:
    """Samples one row a minute and keeps running extremes and totals per book."""

    def __init__(self, universe: Universe, ledger: Ledger, log: LossLog, prices: Prices) -> None:
        self._universe, self._ledger, self._log = universe, ledger, log
        shape = universe.shape
        self.low, self.low_fundamental = np.ones(shape), np.ones(shape[1])
        self.min_depth, self.halted = np.ones(shape), np.zeros(shape)
        self.liquidated_long, self.liquidated_short = np.zeros(shape), np.zeros(shape)
        self._next = 0.0
        self._series: list[list[float]] = []
        self._pools: list[tuple[Any, ...]] = []
        self._start = self._opening(prices)
        self._groups = [g.name for g in universe.scenario.groups]
        self._last_group = np.flatnonzero(universe.group == universe.group[-1])
        interest, self._weight = universe.open_interest, np.empty(shape)
        for mine in (universe.group == g for g in range(len(self._groups))):
            self._weight[:, mine] = interest[:, mine] / interest[:, mine].sum()
        self._largest_gross = self._start["gross_start"].copy()
        self._standing = StandingLosses(shape[0])
        ledger.journal.readers.append(self.read)

    def read(self, posting: Posting) -> None:
        """Positions that open during the run may be larger than what the account held at the start."""
        if posting.cause is Cause.OPENING:
            gross = np.abs(posting.quantity) * posting.price
            self._largest_gross[posting.account] = np.maximum(self._largest_gross[posting.account], gross)

    def _opening(self, prices: Prices) -> dict[str, Floats]:
        ledger = self._ledger
        cross = ledger.cross
        short = (np.maximum(-cross.quantity, 0.0) * prices.mark[cross.venue]).sum(axis=1)
        return {
            "gross_start": ledger.pockets.gross,
            "short_start": _sold(ledger.isolated.quantity, short),
            "legs": np.abs(cross.quantity) * prices.mark[cross.venue],
            "equity_start": account_equity(ledger, prices),
            "open_interest": ledger.open_interest(),
            "fund": ledger.pockets.fund.copy(),
        }

    def tick(self, prices: Prices, quotes: Quotes, forced: list[Posting], halted: Bools, dt: float) -> None:
        """Update extremes and totals after one tick."""
        seen = (self.low, self.low_fundamental, self.min_depth, self.halted)
        note_extremes(*seen, prices.mid, prices.fundamental, quotes.depth, halted, dt)
        for posting in forced:
            if not posting.shared:
                venue = self._ledger.venue_of(posting.account)
                value = -posting.quantity * prices.mark[venue, posting.market]
                np.add.at(self.liquidated_long, (venue, posting.market), np.maximum(value, 0.0))
                np.add.at(self.liquidated_short, (venue, posting.market), np.maximum(-value, 0.0))

    def sample(self, time: float, prices: Prices, quotes: Quotes, halted: Bools, capacity: Floats) -> None:
        """Write one row if a minute has passed; `capacity` `[V]` is what quoting weight the makers have left."""
        if time < self._next:
            return
        self._next = (time // MINUTE + 1) * MINUTE
        held, crossed = self._largest_gross, len(self._ledger.isolated.book)
        np.maximum(held[crossed:], self._ledger.cross.notional(prices.mark, slice(None)), out=held[crossed:])
        self._series.append([time, *self._averages(prices, quotes), *self._sums(prices, capacity, halted)])
        pockets = self._ledger.pockets
        purses = (pockets.capital, pockets.default_fund, pockets.treasury, pockets.owed_by_venue())
        self._pools.append((time, pockets.fund.copy(), *(purse.copy() for purse in purses)))
        self._standing.look(time, self._ledger, prices)

    def _averages(self, prices: Prices, quotes: Quotes) -> list[float]:
        """What `SERIES` hold, group by group."""
        exogenous = np.broadcast_to(np.exp(prices.fundamental), prices.mid.shape)
        over = prices.mid / prices.index
        columns = np.array([prices.mid, exogenous, quotes.depth[:-1], np.abs(over - 1), np.log(over)])
        averages: list[float] = (
            group_averages(columns, self._weight, self._universe.group, len(self._groups)).ravel().tolist()
        )
        return averages

    def _sums(self, prices: Prices, capacity: Floats, halted: Bools) -> list[float]:
        """What `SUMS` hold."""
        ledger, log, gap = self._ledger, self._log, self._gaps(prices, halted)
        sums = (
            (ledger.open_interest() * prices.mark).sum(),
            self.liquidated_long.sum(),
            self.liquidated_short.sum(),
            log.deleveraged.sum(),
            log.charged.sum(),
            ledger.pockets.fund.sum(),
            log.paid[Payer.BACKSTOP].sum(),
            (np.abs(ledger.engine_quantity) * prices.mid).sum(),
            gap[0],
            gap[self._last_group].sum() / len(self._last_group),
            capacity.sum() / len(capacity),
        )
        return [float(value) for value in sums]

    def _gaps(self, prices: Prices, halted: Bools) -> Floats:
        """Largest price gap between trading venues, per market `[M]`."""
        high = np.where(halted, -np.inf, prices.x).max(axis=0)
        low = np.where(halted, np.inf, prices.x).min(axis=0)
        return np.asarray(np.where(high > low, np.expm1(high - low), 0.0))

    # -- the tables of the record -----------------------------------------------------------------------------------

    def series(self) -> "pd.DataFrame":
        """One row per minute."""
        names = ["time", *(f"{series}_{group}" for group in self._groups for series in SERIES), *SUMS]
        return frame(dict(zip(names, np.array(self._series).T, strict=True)))

    def pools(self) -> "pd.DataFrame":
        """One row per minute and venue."""
        venues = self._universe.venues
        times, funds, *purses = zip(*self._pools, strict=True)
        columns = {"time": np.repeat(times, len(venues)), "venue": list(venues) * len(times)}
        pools = {f"fund_{tier}": column for tier, column in zip(POOLS, np.concatenate(funds).T, strict=True)}
        return frame(columns | pools | {name: np.concatenate(part) for name, part in zip(PURSES, purses, strict=True)})

    def events(self) -> "pd.DataFrame":
        """One row per loss event."""
        columns = ["time", "venue", "market", "kind", "mechanism", "contracts", "dollars", "price", "payers"]
        return frame(self._log.rows, columns)

    def standing(self, prices: Prices) -> Mapping[str, Floats | Bools]:
        """Columns of the `accounts` table that go on changing, as they are now: the arrays themselves, not copies."""
        ledger = self._ledger
        burden, equity_end = ledger.burden, account_equity(ledger, prices)
        return {
            "gross_largest": self._largest_gross,
            "equity_start": self._start["equity_start"],
            "equity_end": equity_end,
            "topped_up": sparse_copy(ledger.topped_up),
            "direct_loss": burden.loss,
            "direct_benefit": burden.benefit,
            "charged": burden.charged,
            "closed": burden.closed,
            "moved": burden.moved,
            "liquidated": burden.liquidated,
            "hole": burden.left_hole,
            "defaulted": (burden.left_hole > 0) | (equity_end <= 0) | (ledger.debt(prices.valuation) > 0),
        }

    def accounts(self, standing: Mapping[str, Floats | Bools]) -> "pd.DataFrame":
        """One row per account: who it is, and how it stood."""
        ledger, universe = self._ledger, self._universe
        isolated, cross = ledger.isolated, ledger.cross
        n, M = len(isolated.book), universe.shape[1]
        accounts = n + len(cross)
        return large_frame(
            {
                "account": np.arange(accounts),
                "owner": ledger.owner,
                "venue": named(universe.venues, np.concatenate([isolated.book // M, cross.venue])),
                "market": named((*universe.markets, ""), np.concatenate([isolated.book % M, np.full(len(cross), M)])),
                "cohort": named(COHORTS, np.concatenate([isolated.cohort, len(ISOLATED_COHORTS) + cross.cohort])),
                "isolated": np.arange(accounts) < n,
                "gross_start": self._start["gross_start"],
                "short_start": self._start["short_start"],
                **standing,
            }
        )

    def legs(self) -> "pd.DataFrame":
        """One row per cross-margin account and market in which it held or bore something."""
        gross, burden = self._start["legs"], self._ledger.burden
        row, market = np.nonzero((gross > 0) | (burden.leg_loss > 0) | (burden.leg_benefit > 0))
        return frame(
            {
                "account": len(self._ledger.isolated.book) + row,
                "market": np.array(self._universe.markets)[market],
                "gross_start": gross[row, market],
                "direct_loss": burden.leg_loss[row, market],
                "direct_benefit": burden.leg_benefit[row, market],
            }
        )

    def books(self, unpaid: Floats, prices: Prices) -> "pd.DataFrame":
        """One row per venue and market."""
        universe, log = self._universe, self._log
        V, M = universe.shape
        columns: dict[str, Any] = {
            "venue": np.repeat(universe.venues, M),
            "market": np.tile(universe.markets, V),
            "tier": np.tile(np.array(self._groups)[universe.group], V),
        }
        tables = {
            "open_interest_start": self._start["open_interest"],
            "open_interest_end": self._ledger.open_interest() * prices.mark,
            "trough": self.low - 1,
            "exogenous_trough": np.tile(self.low_fundamental - 1, (V, 1)),
            "liquidated_long": self.liquidated_long,
            "liquidated_short": self.liquidated_short,
            "deleveraged": log.deleveraged,
            "reduced": log.reduced,
            "haircut": log.haircut,
            "charged": log.charged,
            **dict(zip(PAID, log.paid.values(), strict=True)),
            "unpaid": unpaid,
            "min_depth": self.min_depth,
            "halted": self.halted,
        }
        columns |= {name: table.ravel() for name, table in tables.items()}
        return frame(columns)

    def totals(self, unpaid: Floats) -> dict[str, Any]:
        """The layers of the waterfall, USD."""
        log = self._log
        layers = {
            **{name: float(paid.sum()) for name, paid in zip(PAID, log.paid.values(), strict=True)},
            "haircut": float(log.haircut.sum()),
            "charged": float(log.charged.sum()),
            "unpaid": float(unpaid.sum()),
        }
        pockets = self._ledger.pockets
        received = float(pockets.fund.sum() - self._start["fund"].sum()) + layers["fund_paid"]
        memo = {"fund_received": received, "repaid": pockets.repaid, "withheld": pockets.withheld}
        memo["premiums"] = pockets.premiums
        stood = float(self._standing.largest.sum())
        return {"deficit": sum(layers.values()), **layers, **memo, "stood_unpaid": stood}


def _sold(alone: Floats, crossed: Floats) -> Floats:
    """Contracts that isolated accounts with positions `alone` are short of, few of all, then those of the others."""
    sold = demand_zeros(len(alone) + len(crossed))
    short = np.flatnonzero(alone < 0)
    sold[short], sold[len(alone) :] = -alone[short], crossed
    return sold
