"""Market-neutral strategies and what forced actions do to their hedges.

A strategy is one owner: a basis desk (short perpetuals, long spot, in one book or several), a long/short pair, an
arbitrageur or a market maker
(positions at all venues, makers also in spot). Its net delta is |sum of beta x quantity x price| over all its legs.
"""

from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.journal import Cause, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.naked_clock import NakedClock
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.accounts.population import ARBITRAGE, BASIS, MAKER, PAIRS
from lastresort.simulation.kernels.hedge_watch import naked_spot, net_delta
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.recording.frames import large_frame, named
from lastresort.simulation.universe import Universe

if TYPE_CHECKING:
    import pandas as pd

CADENCE = 5.0
COHORTS = ("basis", "pairs", "arbitrage", "makers")


class Strategies:
    """Hedge health of all market-neutral strategies `[K]`: basis desks, then pairs, arbitrageurs, makers."""

    def __init__(self, universe: Universe, ledger: Ledger) -> None:
        self._universe, self._ledger = universe, ledger
        self.desks = np.flatnonzero(ledger.isolated.cohort == BASIS)
        cross = ledger.cross
        V = universe.shape[0]
        owners, self._desk = np.unique(ledger.isolated.owner[self.desks], return_inverse=True)
        self._owners = len(owners)
        sizes = (self._owners, cross.rows[PAIRS].stop, len(cross.tensor(ARBITRAGE)), len(cross.tensor(MAKER)))
        self._start = np.concatenate([[0], np.cumsum(sizes)])
        self.kind = np.repeat(np.arange(4), sizes)
        accounts = len(ledger.isolated.book) + len(cross)
        self._of = narrow(np.full(accounts, -1))
        self._of[self.desks] = self._desk
        isolated = len(ledger.isolated.book)
        for cohort, first in ((PAIRS, 1), (ARBITRAGE, 2), (MAKER, 3)):
            rows = np.arange(len(cross))[cross.rows[cohort]]
            entity = (rows - rows[0]) // (1 if cohort == PAIRS else V)
            self._of[rows + isolated] = self._start[first] + entity
        self.legs = self._sum(self._gross_by_account(np.ones(universe.shape)))
        spot = np.zeros(len(self.kind))
        spot[: self._owners] = self.legs[: self._owners]
        spot[self._start[3] :] = np.abs(cross.maker_spot).sum(axis=1)
        self.gross = self.legs + spot
        flat = Prices(universe)
        self.start_equity = self._equity(flat)
        self.capital = self.start_equity.copy()
        self.neutrality = _share(self._delta(flat), self.gross)
        n = len(self.kind)
        self._since = 0.0
        self.touched, self.orphaned, self.ruined = (np.zeros(n, dtype=bool) for _ in range(3))
        self.taken, self._clock = np.zeros(n), NakedClock(n)
        ledger.journal.readers.append(self.read)

    def are_desks(self, account: Ints) -> Bools:
        """Which accounts are basis desks."""
        strategy = self._of[account]
        return (strategy >= 0) & (strategy < self._owners)

    def hurt(self, cohort: int) -> Bools:
        """Which pairs, arbitrageurs or makers (cohort 1, 2, 3) had a leg taken."""
        return self.touched[self._start[cohort] : self._start[cohort + 1]]

    def note(self, forced: list[Posting], mark: Floats) -> None:
        """Remember forced actions of this tick: a liquidation after an earlier shared close orphans the strategy."""
        before = ~np.isnan(self._clock.first_shared)
        for posting in forced:
            strategy = self._of[posting.account]
            mine = strategy >= 0
            strategy = strategy[mine]
            self.touched[strategy] = True
            if posting.shared:
                account, market = posting.account[mine], np.broadcast_to(posting.market, len(mine))[mine]
                value = np.abs(posting.quantity[mine]) * mark[self._ledger.venue_of(account), market]
                np.add.at(self.taken, strategy, value)
                self._note_shared(posting)
            else:
                self.orphaned[strategy] |= before[strategy]

    def read(self, posting: Posting) -> None:
        """Remember positions that a rule gave to strategies which did not volunteer."""
        if posting.cause is Cause.FORCED_ASSIGNMENT:
            self._note_shared(posting)

    def _note_shared(self, posting: Posting) -> None:
        """When something was first shared out to a strategy."""
        strategy, first = self._of[posting.account], self._clock.first_shared
        mine = strategy[strategy >= 0]
        first[mine] = np.fmin(first[mine], posting.time)

    def watch(self, now: float, prices: Prices, dt: float) -> None:
        """Advance the clocks every few seconds, from the start on: who was unhedged before a shared close is known."""
        self._since += dt
        if self._since < CADENCE:
            return
        dt, self._since = self._since, 0.0
        self._clock.advance(now, self._delta(prices), self.gross, dt)

    def table(self, prices: Prices) -> "pd.DataFrame":
        """The `strategies` table of a run record."""
        ledger = self._ledger
        equity = self._equity(prices)
        hole = self._sum(ledger.burden.left_hole) > 0
        below = self._sum((account_equity(ledger, prices) < 0).astype(np.float64)) > 0
        members = np.flatnonzero(self._of >= 0)
        owner = np.full(len(self.kind), len(self._of))
        np.minimum.at(owner, self._of[members], members)
        return large_frame(
            {
                "owner": owner,
                "cohort": named(COHORTS, self.kind),
                "gross_start": self.gross,
                "capital": self.capital,
                "neutrality_start": self.neutrality,
                "pnl": equity - self.start_equity - self._sum(ledger.topped_up),
                **self._clock.columns(),
                "orphaned": self.orphaned,
                "ruined": self.ruined | hole | below,
                "forced_share": np.minimum(_share(self.taken, self.legs), 1.0),
                "repaired": self._sum(ledger.repairs.traded),
                "repair_cost": self._sum(ledger.repairs.cost),
            }
        )

    def _gross_by_account(self, mark: Floats) -> Floats:
        isolated, cross = self._ledger.isolated, self._ledger.cross
        alone = np.abs(isolated.quantity) * mark.ravel()[isolated.book]
        return np.concatenate([alone, cross.notional(mark, slice(None))])

    def _delta(self, prices: Prices) -> Floats:
        """|sum of beta x quantity x price| over all legs of every strategy, USD."""
        ledger, beta = self._ledger, self._universe.beta
        isolated, cross = ledger.isolated, ledger.cross
        basis = naked_spot(isolated.orphan, isolated.orphaned, self._of, isolated.book, prices.index, self._owners)
        pairs = cross.rows[PAIRS]
        alone = net_delta(cross.quantity[pairs], cross.venue[pairs], prices.mark * beta)
        spot = beta * prices.index
        arbitrage = np.abs(cross.tensor(ARBITRAGE).sum(axis=1) @ spot)
        makers = np.abs((cross.tensor(MAKER).sum(axis=1) + cross.maker_spot) @ spot)
        return np.concatenate([basis, alone, arbitrage, makers])

    def _equity(self, prices: Prices) -> Floats:
        """Equity of every strategy over all its accounts and spot, USD."""
        ledger = self._ledger
        arriving = np.concatenate([np.zeros(len(ledger.isolated.book)), ledger.cross.arrivals])
        value = self._sum(account_equity(ledger, prices) + arriving)
        desks = self.desks
        isolated = ledger.isolated
        spot = np.abs(isolated.quantity[desks]) + isolated.orphan[desks]
        spot_value = spot * prices.index[isolated.book[desks] % len(prices.index)] + isolated.spot_cash[desks]
        value[: self._owners] += np.bincount(self._desk, spot_value, self._owners)
        cross = ledger.cross
        value[self._start[3] :] += cross.maker_spot @ prices.index + cross.maker_spot_cash
        return value

    def _sum(self, by_account: Floats) -> Floats:
        """Add up a column over each strategy's accounts, `[K]`."""
        mine = self._of >= 0
        return np.bincount(self._of[mine], by_account[mine], len(self.kind)).astype(np.float64)


def _share(part: Floats, whole: Floats) -> Floats:
    """Part over whole, zero where there is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def account_equity(ledger: Ledger, prices: Prices) -> Floats:
    """Equity of every account, isolated first (position and wallet), then cross margin, USD."""
    isolated, cross = ledger.isolated, ledger.cross
    isolated.everyone()
    n = len(isolated.book)
    equity, value = np.empty(n + len(cross)), prices.valuation.ravel()[isolated.book]
    value *= isolated.quantity
    np.add(isolated.cash, isolated.wallet, out=equity[:n])
    equity[:n] += value
    equity[n:] = cross.equity(prices.valuation, slice(None))
    return equity
