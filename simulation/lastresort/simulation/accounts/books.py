"""The books: positions and money of everybody, how accounts change them, and that nothing is lost or made.

After every posting the books must balance: contracts of each book sum to zero, and cash, funds and fees of each venue
to what they were at the start plus named external flows (transfers). Otherwise the run stops and names the event.
Nobody adds all accounts up for that: totals of isolated accounts are kept per cell, those of pairs run along with what
postings change; `audit` compares both with the accounts themselves.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.burden import Burden
from lastresort.simulation.accounts.conservation import ConservationError
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.journal import Cause, Journal, Party
from lastresort.simulation.accounts.pockets import Pockets
from lastresort.simulation.accounts.repairs import Repairs
from lastresort.simulation.accounts.running_totals import RunningTotals
from lastresort.simulation.accounts.winnings import Winnings
from lastresort.simulation.kernels.balance import everything, imbalance
from lastresort.simulation.kernels.margins import outstanding
from lastresort.simulation.universe import Universe

TOLERANCE = 1e-9
CENT = 0.01
LEAST = 1e-300
"""Weight of a position that changed hands for nothing (USD)."""


class Books:
    """Positions and money of everybody; accounts are numbered isolated first, then cross margin.

    `engine_quantity`, `engine_cash`, `backstop_quantity`, `backstop_cash` `[V, M]`; `pockets` the venues' own money;
    `transit` USD between venues; `topped_up` `[n]` USD that accounts received from outside.
    """

    def __init__(self, universe: Universe, isolated: Isolated, cross: Cross) -> None:
        V, M = universe.shape
        self.isolated, self.cross = isolated, cross
        self.pool = universe.tier
        self._interest = universe.open_interest
        funds = np.array([venue.fund for venue in universe.scenario.venues])
        self._venue_money = np.maximum(universe.open_interest.sum(axis=1), funds)
        self._cent = universe.threshold(CENT)
        self.engine_quantity, self.engine_cash = np.zeros((V, M)), np.zeros((V, M))
        self.backstop_quantity, self.backstop_cash = np.zeros((V, M)), np.zeros((V, M))
        self.transit = 0.0
        self.topped_up = demand_zeros(len(isolated.book) + len(cross))
        self.begin_burdens()
        self.repairs = Repairs(len(isolated.book) + len(cross))
        self.journal = Journal(universe)
        self.conservation_error = 0.0
        flat = np.ones((V, M))
        gross = np.concatenate([np.abs(isolated.quantity), cross.notional(flat, slice(None))])
        self.pockets = Pockets(universe, gross, np.concatenate([isolated.book // M, cross.venue]))
        self.winnings = Winnings(isolated, cross, flat)
        self._external = np.zeros(V)
        self._running = RunningTotals(cross)
        self._opening_cash = self._totals()[1]

    def begin_burdens(self) -> None:
        """Note from now on what everybody bears; whoever asked before keeps what was noted until now."""
        self.burden = Burden.zeros(len(self.isolated.book), len(self.cross), self.cross.shape[1])

    # -- lookups ----------------------------------------------------------------------------------------------------

    def venue_of(self, account: Ints) -> Ints:
        """Venue of each account."""
        n = len(self.isolated.book)
        isolated = account < n
        venue = np.empty(len(account), dtype=np.int64)
        venue[isolated] = self.isolated.book[account[isolated]] // self.cross.shape[1]
        venue[~isolated] = self.cross.venue[account[~isolated] - n]
        return venue

    @property
    def owner(self) -> Ints:
        """Beneficial owner of each account: the number of its first account."""
        owner, n = self.isolated.owner, len(self.isolated.book)
        lowest = int(owner.min(initial=0))
        first = np.empty(int(owner.max(initial=0)) - lowest + 1, dtype=np.int64)
        first[(owner - lowest)[::-1]] = np.arange(n - 1, -1, -1)  # of several accounts the first is written last
        return np.concatenate([first[owner - lowest], n + self.cross.first_row])

    def at_venue(self, venue: int) -> Ints:
        """Every account of one venue."""
        isolated = self.isolated
        return np.concatenate([isolated.at_venue(venue), self.cross.on_venue(venue) + len(isolated.book)])

    def holders(self, venue: int, market: int) -> tuple[Ints, Floats]:
        """Accounts with a position in one market, brought up to date, and their contracts."""
        isolated, rows = self.isolated, self.cross.on_venue(venue)
        ids = isolated.in_book(venue * self.cross.shape[1] + market)
        account = np.concatenate([ids, rows + len(isolated.book)])
        quantity = np.concatenate([isolated.quantity[ids], self.cross.quantity[rows, market]])
        return account[quantity != 0], quantity[quantity != 0]

    def open_interest(self) -> Floats:
        """Contracts outstanding per book, `[V, M]`: half the sum of absolute positions."""
        isolated, pools = self.isolated, np.abs(self.engine_quantity) + np.abs(self.backstop_quantity)
        contracts = isolated.contracts.reshape(isolated.shape)
        return outstanding(contracts, pools, self.cross.quantity, self.cross.venue)

    def losses(self, mid: Floats) -> Floats:
        """What the liquidation engines have lost at mid prices and nobody has paid, `[V, M]` USD, >= 0."""
        lost: Floats = np.maximum(-(self.engine_cash + self.engine_quantity * mid), 0.0)
        return lost

    def debt(self, mark: Floats) -> Floats:
        """What each account owes at marks `[V, M]` beyond its margin, `[n]` USD; less than a cent is rounding."""
        owed = np.concatenate([self.isolated.owed(mark), -self.cross.equity(mark, slice(None))])
        return np.where(owed > self._cent, owed, 0.0)

    def debts(self, mark: Floats) -> Floats:
        """The same by book, `[V, M]`: on cross margin in proportion to positions, of flat accounts to open interest."""
        debt, n = self.debt(mark), len(self.isolated.book)
        debts: Floats = np.bincount(self.isolated.book, debt[:n], mark.size).astype(np.float64).reshape(mark.shape)
        rows = np.flatnonzero(debt[n:])
        venue = self.cross.venue[rows]
        size = np.abs(self.cross.quantity[rows]) * mark[venue]
        size = np.where(size.any(axis=1, keepdims=True), size, self._interest[venue])
        np.add.at(debts, venue, debt[n + rows, None] * size / size.sum(axis=1, keepdims=True))
        return debts

    def open_interest_at(self, venue: int) -> Floats:
        """Contracts outstanding in each market of one venue, `[M]`."""
        interest: Floats = self.open_interest()[venue]
        return interest

    def equity_at(self, venue: int, mark: Floats) -> float:
        """What all accounts of one venue own at marks `[V, M]`, USD."""
        isolated, shape = self.isolated, self.isolated.shape
        cash = isolated.margin_cash.reshape(shape)[:, venue].sum() + isolated.loose_cash[venue]
        held = isolated.contracts.reshape(shape)[:, venue].sum(axis=0) @ mark[venue]
        return float(cash + held + self.cross.equity(mark, self.cross.on_venue(venue)).sum())

    def audit(self) -> None:
        """Bring every account up to date and compare the sums over accounts with the totals kept per cell."""
        isolated = self.isolated
        isolated.everyone()
        cells, (V, M) = len(isolated.contracts), self.cross.shape
        drift = np.abs(np.bincount(isolated.cell, isolated.quantity, cells) - isolated.contracts)
        cash_drift = np.abs(np.bincount(isolated.cell, isolated.cash, cells) - isolated.margin_cash)
        loose_drift = np.abs(np.bincount(isolated.book // M, isolated.wallet, V) - isolated.loose_cash)
        by_book = drift.reshape(isolated.shape).sum(axis=0)
        by_venue = cash_drift.reshape(isolated.shape).sum(axis=(0, 2)) + loose_drift
        pairs, pair_cash = self._running.drift()
        self._require("audit", by_book + pairs, by_venue + pair_cash)
        self._running.renew()
        self._check("audit")

    # -- checks -----------------------------------------------------------------------------------------------------

    def _exchange(self, account: Ints, market: Ints, dq: Floats, paid: Floats, release: bool) -> None:
        """Accounts change position by `dq` and pay `paid`; with `release` isolated margin is freed in proportion."""
        n = len(self.isolated.book)
        single = account < n
        if single.any():
            self._exchange_isolated(account[single], dq[single], paid[single], release)
        if not single.all():
            rows = account[~single] - n
            self._move_cross(rows, market[~single], dq[~single], -paid[~single])
            self._write_off(rows, market[~single], paid[~single])

    def _write_off(self, rows: Ints, market: Ints, paid: Floats) -> None:
        """The engine bears what flat cross-margin accounts owe, over the markets they have just left, as they paid."""
        cross = self.cross
        owing = (cross.cash[rows] < -self._cent) & ~cross.quantity[rows].any(axis=1)
        rows, market, weight = rows[owing], market[owing], np.maximum(np.abs(paid[owing]), LEAST)
        hole = -cross.cash[rows] * weight / np.bincount(rows, weight, len(cross))[rows]
        if not len(rows):
            return
        self._move_cross(rows, market, np.zeros(len(rows)), hole)
        self._leave_hole(rows + len(self.isolated.book), cross.venue[rows], market, hole)

    def _leave_hole(self, account: Ints, venue: Ints, market: Ints, hole: Floats) -> None:
        np.add.at(self.engine_cash, (venue, market), -hole)
        np.add.at(self.burden.left_hole, account, hole)
        if len(account):
            self.journal.pay(Cause.HOLE, Party.ACCOUNTS, Party.ENGINE, venue, market, hole, account)

    def _exchange_isolated(self, ids: Ints, dq: Floats, paid: Floats, release: bool) -> None:
        isolated = self.isolated
        share = -dq / isolated.quantity[ids]
        freed = np.maximum(share * isolated.cash[ids] - paid, 0.0) if release else np.zeros(len(ids))
        whole = share >= 1 - 1e-12
        dq = np.where(whole, -isolated.quantity[ids], dq)
        freed = np.where(whole, self._bear_holes(ids, np.where(whole, isolated.cash[ids] - paid, 0.0)), freed)
        cash = np.where(whole, -isolated.cash[ids], -paid - freed)
        isolated.move(ids, dq, cash, freed)
        isolated.renew_triggers(ids)

    def _bear_holes(self, ids: Ints, rest: Floats) -> Floats:
        """What isolated accounts `ids` have left after closing, USD; what they owe, the engine bears."""
        owing = rest < -self._cent
        if not owing.any():
            return rest
        book, markets = self.isolated.book[ids[owing]], self.isolated.shape[2]
        self._leave_hole(ids[owing], book // markets, book % markets, -rest[owing])
        return np.where(owing, 0.0, rest)

    def _move_cross(
        self, rows: Ints, market: Ints, quantity: Floats, cash: Floats, price: Floats | None = None
    ) -> None:
        """Cross-margin accounts change, and the running totals with them."""
        self._running.follow(rows, market, *self.cross.move(rows, market, quantity, cash, price))

    def _totals(self) -> tuple[Floats, Floats]:
        """Contracts per book and cash per venue, over everybody."""
        isolated, pockets = self.isolated, self.pockets
        contracts, margins = (column.reshape(isolated.shape) for column in (isolated.contracts, isolated.margin_cash))
        return everything(
            (contracts, margins, isolated.loose_cash),
            self._running.traders,
            self._running.pairs,
            (self.engine_quantity, self.engine_cash),
            (self.backstop_quantity, self.backstop_cash),
            pockets.fund,
            (pockets.fees, pockets.treasury, pockets.capital, pockets.default_fund),
        )

    def _check(self, event: str) -> None:
        contracts, cash = self._totals()
        self._require(event, contracts, cash - self._opening_cash - self._external)

    def _require(self, event: str, contracts: Floats, cash: Floats) -> None:
        error = imbalance(contracts, self._interest, cash, self._venue_money)
        self.conservation_error = float(np.maximum(self.conservation_error, error))
        if not error <= TOLERANCE:
            by_venue = (np.abs(contracts) / self._interest).max(axis=1) + np.abs(cash) / self._venue_money
            raise ConservationError(
                f"{event} at venue {int(np.argmax(by_venue))} does not balance: "
                f"relative error {error:.3g} above {TOLERANCE:g}"
            )
