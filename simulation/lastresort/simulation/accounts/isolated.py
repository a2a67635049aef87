"""Accounts on isolated margin, each with one position: tens of thousands of them, almost all of them asleep.

Behaviour is a hazard per *cell* (cohort and book): closing a fraction w of a cell closes w of each of its accounts and
releases w of its margin, so margin ratios and liquidation prices stay put. A cell therefore keeps two running sums,

    kept      F = product of (1 - w)          proceeds  A = sum of w F p (net of fees),

and an account is brought up to date only when somebody looks: with ratio r = F / F_then,

    wallet += cash (1 - r) + quantity (A - A_then) / F_then;   quantity *= r;   cash *= r.

This is exact, not an approximation, as long as F is not so small that A forgets what is added to it: before that a cell
is brought up to date and begins again. Accounts whose margin does not pay for a close (`under_water`) the ledger brings
up to date around it, and the engine bears what they owe. Liquidation, stop and entry prices sit in sorted trigger lists
per book.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros, own_pages
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.accounts.population import BASIS, ISOLATED_COHORTS, ISOLATED_SIDES, MOMENTUM, IsolatedDraw
from lastresort.simulation.accounts.triggers import TriggerLists
from lastresort.simulation.kernels.cells import (
    close_cells,
    drowning,
    move_accounts,
    owed_beyond_margin,
    settle_accounts,
)
from lastresort.simulation.kernels.watch_lists import trigger_prices
from lastresort.simulation.universe import Universe

PIECE = 65_536
"""Accounts whose triggers are made at a time: of a million at once the passing columns would stay in memory."""

FADED = 1e-6
"""What is left of a cell when it begins again: sums of money keep ten digits until then."""


class Hits(NamedTuple):
    """Accounts whose trigger the mark has reached: below maintenance, at a stop, or ready to open a position."""

    breached: Ints
    stopped: Ints
    opening: Ints


class Isolated:
    """Columns `[n]` of isolated accounts, up to date as of their own last settlement; see the module's docstring.

    `quantity` signed contracts, `cash` and `wallet` USD (cash includes minus the cost basis; equity of the position =
    cash + quantity x mark; the wallet is outside the margin), `orphan` contracts of spot left without their short,
    `sellable` those of them that are for sale, `broken_at` the index when their short was closed (USD, their average),
    `orphaned` the accounts that have had any, ascending. `owner` numbers beneficial owners, `start_margin` (USD) is
    what each position was opened with. `opened` is the time at which a position opened during the run. `is_basis` marks
    basis desks, which hold one contract of spot against each contract short.
    """

    def __init__(self, universe: Universe, draw: IsolatedDraw) -> None:
        scenario = universe.scenario
        V, M = universe.shape
        n = len(draw.book)
        tier = universe.tier[draw.book % M]
        self.shape = (len(ISOLATED_COHORTS), V, M)
        self.book, self.cohort = draw.book, narrow(draw.cohort, np.int8)
        self.is_basis: Bools = np.asarray(draw.cohort == BASIS)
        self.cell = narrow(draw.cohort.astype(np.int32) * (V * M) + draw.book)
        self.first = np.searchsorted(draw.book, np.arange(V * M + 1))
        waiting = draw.cohort == MOMENTUM
        equity = draw.notional / draw.leverage
        self.start_margin, self.owner = own_pages(equity), narrow(draw.owner)
        self.planned = demand_zeros(n)
        self.planned[waiting] = -draw.notional[waiting]
        self.quantity = own_pages(np.where(waiting, 0.0, np.array(ISOLATED_SIDES)[draw.cohort] * draw.notional))
        self.cash = own_pages(np.where(waiting, 0.0, equity - self.quantity))
        self.wallet = own_pages(np.where(waiting, equity, 0.0))
        self.entry, self.order_price = own_pages(draw.entry), own_pages(draw.trigger)
        base = np.array(scenario.margin.per_leverage) / draw.leverage
        least, most = (np.array(bound)[tier] for bound in (scenario.margin.floor, scenario.margin.cap))
        self.base_rate = own_pages(np.clip(base, least, most))
        self.rate, self.scale = self.base_rate, np.ones((V, M))
        self.orphan, self.sellable, self.spot_cash, self.opened = (demand_zeros(n) for _ in range(4))
        self.broken_at, self.orphaned = demand_zeros(n), np.empty(0, dtype=np.int64)
        self.kept = np.ones(self.shape).ravel()
        self.proceeds = np.zeros_like(self.kept)
        self.spot_proceeds = np.zeros_like(self.kept)
        self._then = (
            own_pages(np.ones(n)),
            demand_zeros(n),
            demand_zeros(n),
        )  # each cell's sums when the account was last brought up to date
        self.contracts: Floats = np.bincount(self.cell, self.quantity, len(self.kept)).astype(np.float64)
        self.margin_cash: Floats = np.bincount(self.cell, self.cash, len(self.kept)).astype(np.float64)
        self.loose_cash = np.bincount(self.book // M, self.wallet, V).astype(np.float64)
        self.triggers = TriggerLists(self.first)
        self.renew_triggers(np.arange(n))
        self.triggers.rebuild_all()

    def release(self) -> None:
        """Forget all but who is where."""
        del self.quantity, self.cash, self.wallet, self.entry, self.order_price, self.planned, self.start_margin
        del self.base_rate, self.rate, self.orphan, self.sellable, self.spot_cash, self.opened, self.broken_at
        del self._then, self.cell, self.triggers

    def settle(self, ids: Ints) -> None:
        """Bring accounts up to date with their cells."""
        held = (self.quantity, self.cash, self.wallet, self.spot_cash)
        settle_accounts(ids, self.cell, (self.kept, self.proceeds, self.spot_proceeds), self._then, held)

    def owed(self, mark: Floats) -> Floats:
        """What each account owes at marks `[V, M]` beyond its margin, `[n]` USD, >= 0; nobody is brought up to date.

        A position has no claim on the wallet beside it, but what a wallet is short of is owed.
        """
        sums, held = (self.kept, self.proceeds), (self.quantity, self.cash, self.wallet)
        return owed_beyond_margin(mark.ravel(), self.cell, self.book, sums, self._then[:2], held)

    def in_book(self, book: int) -> Ints:
        """Accounts of one book, brought up to date."""
        ids = np.arange(self.first[book], self.first[book + 1])
        self.settle(ids)
        return ids

    def at_venue(self, venue: int) -> Ints:
        """Accounts of one venue, as they were when last settled."""
        markets = self.shape[2]
        return np.arange(self.first[venue * markets], self.first[(venue + 1) * markets])

    def everyone(self) -> Ints:
        """All accounts, brought up to date."""
        ids = np.arange(len(self.book))
        self.settle(ids)
        return ids

    def under_water(self, fraction: Floats, net_price: Floats) -> Ints:
        """Accounts whose margin does not pay for closing `fraction` of their cell at `net_price`, both `[K, V, M]`."""
        return drowning(fraction, net_price, self.first, self.cell, self.triggers.levels, self.cash, self.quantity)

    def close_cells(self, fraction: Floats, net_price: Floats) -> None:
        """Close `fraction` `[K, V, M]` of every cell at `net_price` (USD per contract after fees, same shape)."""
        sums, totals = (self.kept, self.proceeds), (self.contracts, self.margin_cash, self.loose_cash)
        if close_cells(fraction, net_price, sums, totals) < FADED:
            self._begin_again(np.flatnonzero(self.kept < FADED))

    def _begin_again(self, cells: Ints) -> None:
        """Bring all accounts of some cells up to date and start their running sums afresh."""
        ids = np.flatnonzero(np.isin(self.cell, cells))
        self.settle(ids)
        self.kept[cells], self.proceeds[cells], self.spot_proceeds[cells] = 1.0, 0.0, 0.0
        for then, fresh in zip(self._then, (1.0, 0.0, 0.0), strict=True):
            then[ids] = fresh

    def sell_paired_spot(self, fraction: Floats, spot_price: Floats) -> None:
        """Record the spot leg of basis desks' voluntary unwinding, `fraction` `[V, M]` before `close_cells`."""
        V, M = self.shape[1:]
        cells = slice(BASIS * V * M, (BASIS + 1) * V * M)
        self.spot_proceeds[cells] += fraction.ravel() * self.kept[cells] * np.tile(spot_price, V)

    def move(self, ids: Ints, quantity: Floats, cash: Floats, wallet: Floats) -> None:
        """Add to quantity, margin cash and wallet of settled accounts (`ids` distinct) and to their cells' totals."""
        held, totals = (self.quantity, self.cash, self.wallet), (self.contracts, self.margin_cash, self.loose_cash)
        move_accounts(ids, (quantity, cash, wallet), held, self.cell, self.shape[1] * self.shape[2], totals)

    def renew_triggers(self, ids: Ints) -> None:
        """Recompute the prices at which settled accounts want attention, e.g. after their cash changed."""
        columns = (self.quantity, self.cash, self.rate, self.order_price, self.planned)
        for start in range(0, len(ids), PIECE):
            piece = ids[start : start + PIECE]
            self.triggers.place(piece, *trigger_prices(piece, *columns))

    def grows(self, ids: Ints, change: Floats) -> Bools:
        """Which accounts would have a larger position after trading `change` contracts, or one for the first time."""
        held = np.sign(self.quantity[ids])
        return np.asarray((held == 0) | (held == np.sign(change)))

    def hits(self, mark: Floats, awake: Bools) -> Hits:
        """Accounts in `awake` books whose trigger the marks `[V, M]` have reached, sorted into what happens to them."""
        ids = self.triggers.reached(mark.ravel(), awake.ravel())
        if not len(ids):
            return Hits(ids, ids, ids)
        self.settle(ids)
        price = mark.ravel()[self.book[ids]]
        q = self.quantity[ids]
        breached = self.cash[ids] + q * price < self.rate[ids] * np.abs(q) * price
        breached &= q != 0
        stopped = ~breached & (q > 0) & (price <= self.order_price[ids])
        opening = (q == 0) & (self.planned[ids] != 0) & (price <= self.order_price[ids])
        self.triggers.watch_anew(ids[~(breached | stopped | opening)])
        return Hits(ids[breached], ids[stopped], ids[opening])

    def pay_funding(self, rate: Floats, mark: Floats) -> None:
        """Charge `rate` x mark per long contract (shorts receive), `[V, M]`."""
        ids = self.everyone()
        for price, (start, end) in zip((rate * mark).flat, pairwise(self.first.tolist()), strict=True):
            due = self.quantity[start:end] * price
            self.cash[start:end] -= due
            self.margin_cash -= np.bincount(self.cell[start:end], due, len(self.margin_cash))
        self.renew_triggers(ids)
        self.triggers.rebuild_all()

    def set_rates(self, scale: Floats) -> None:
        """Scale all maintenance rates per book, `[V, M]`."""
        ids = self.everyone()
        self.scale = scale
        self.rate = self.base_rate * scale.ravel()[self.book]
        self.renew_triggers(ids)
        self.triggers.rebuild_all()
