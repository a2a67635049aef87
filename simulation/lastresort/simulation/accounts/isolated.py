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

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.population import BASIS, ISOLATED_COHORTS, ISOLATED_SIDES, MOMENTUM, IsolatedDraw
from lastresort.simulation.accounts.triggers import TriggerLists
from lastresort.simulation.universe import Universe

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
    `sellable` those of them that are for sale, `broken_at` the index when their short was closed (USD, their average).
    `owner` numbers beneficial owners, `start_margin` (USD) is what each position was opened with.
    `opened` is the time at which a position opened during the run. `is_basis` marks basis desks, which hold one
    contract of spot against each contract short.
    """

    def __init__(self, universe: Universe, draw: IsolatedDraw) -> None:
        scenario = universe.scenario
        V, M = universe.shape
        n = len(draw.book)
        tier = universe.tier[draw.book % M]
        self.shape = (len(ISOLATED_COHORTS), V, M)
        self.book, self.cohort = draw.book, draw.cohort
        self.is_basis: Bools = np.asarray(draw.cohort == BASIS)
        self.cell = draw.cohort * (V * M) + draw.book
        self.first = np.searchsorted(draw.book, np.arange(V * M + 1))
        waiting = draw.cohort == MOMENTUM
        equity = draw.notional / draw.leverage
        self.start_margin, self.owner = equity, draw.owner
        self.planned = np.where(waiting, -draw.notional, 0.0)
        self.quantity = np.where(waiting, 0.0, np.array(ISOLATED_SIDES)[draw.cohort] * draw.notional)
        self.cash = np.where(waiting, 0.0, equity - self.quantity)
        self.wallet = np.where(waiting, equity, 0.0)
        self.entry = draw.entry.copy()
        self.order_price = draw.trigger
        base = np.array(scenario.margin.per_leverage) / draw.leverage
        self.base_rate = np.clip(base, np.array(scenario.margin.floor)[tier], np.array(scenario.margin.cap)[tier])
        self.rate, self.scale = self.base_rate, np.ones((V, M))
        self.orphan, self.sellable, self.spot_cash, self.opened = (np.zeros(n) for _ in range(4))
        self.broken_at = np.ones(n)
        self.kept = np.ones(self.shape).ravel()
        self.proceeds = np.zeros_like(self.kept)
        self.spot_proceeds = np.zeros_like(self.kept)
        self._kept_then = np.ones(n)
        self._proceeds_then, self._spot_then = np.zeros(n), np.zeros(n)
        self.contracts: Floats = np.bincount(self.cell, self.quantity, len(self.kept)).astype(np.float64)
        self.margin_cash: Floats = np.bincount(self.cell, self.cash, len(self.kept)).astype(np.float64)
        self.loose_cash = np.bincount(self.book // M, self.wallet, V)
        self.triggers = TriggerLists(self.first)
        self.renew_triggers(np.arange(n))
        self.triggers.rebuild_all()

    def settle(self, ids: Ints) -> None:
        """Bring accounts up to date with their cells."""
        cell = self.cell[ids]
        then = self._kept_then[ids]
        ratio = self.kept[cell] / then
        sold = self.quantity[ids] / then
        self.wallet[ids] += self.cash[ids] * (1 - ratio) + sold * (self.proceeds[cell] - self._proceeds_then[ids])
        self.spot_cash[ids] -= sold * (self.spot_proceeds[cell] - self._spot_then[ids])
        self.quantity[ids] *= ratio
        self.cash[ids] *= ratio
        self._kept_then[ids] = self.kept[cell]
        self._proceeds_then[ids] = self.proceeds[cell]
        self._spot_then[ids] = self.spot_proceeds[cell]

    def owed(self, mark: Floats) -> Floats:
        """What each account owes at marks `[V, M]` beyond its margin, `[n]` USD, >= 0; nobody is brought up to date.

        A position has no claim on the wallet beside it, but what a wallet is short of is owed.
        """
        ratio = self.kept[self.cell] / self._kept_then
        margin = (self.cash + self.quantity * mark.ravel()[self.book]) * ratio
        sold = self.quantity / self._kept_then * (self.proceeds[self.cell] - self._proceeds_then)
        wallet = self.wallet + self.cash * (1 - ratio) + sold
        owed: Floats = np.maximum(-(margin + np.minimum(wallet, 0.0)), 0.0)
        return owed

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
        low, high = net_price.min(axis=0).ravel(), net_price.max(axis=0).ravel()
        ids = self.triggers.beyond(low, high, (fraction > 0).any(axis=0).ravel())
        cell = self.cell[ids]
        owing = self.cash[ids] + self.quantity[ids] * net_price.ravel()[cell] < 0
        drowned: Ints = ids[owing & (fraction.ravel()[cell] > 0)]
        return drowned

    def close_cells(self, fraction: Floats, net_price: Floats) -> None:
        """Close `fraction` `[K, V, M]` of every cell at `net_price` (USD per contract after fees, same shape)."""
        w, price = fraction.ravel(), net_price.ravel()
        self.proceeds += w * self.kept * price
        self.kept *= 1 - w
        loose = w * (self.margin_cash + self.contracts * price)
        self.contracts = self.contracts * (1 - w)
        self.margin_cash = self.margin_cash * (1 - w)
        self.loose_cash += loose.reshape(self.shape).sum(axis=(0, 2))
        if self.kept.min() < FADED:
            self._begin_again(np.flatnonzero(self.kept < FADED))

    def _begin_again(self, cells: Ints) -> None:
        """Bring all accounts of some cells up to date and start their running sums afresh."""
        ids = np.flatnonzero(np.isin(self.cell, cells))
        self.settle(ids)
        self.kept[cells], self.proceeds[cells], self.spot_proceeds[cells] = 1.0, 0.0, 0.0
        self._kept_then[ids], self._proceeds_then[ids], self._spot_then[ids] = 1.0, 0.0, 0.0

    def sell_paired_spot(self, fraction: Floats, spot_price: Floats) -> None:
        """Record the spot leg of basis desks' voluntary unwinding, `fraction` `[V, M]` before `close_cells`."""
        V, M = self.shape[1:]
        cells = slice(BASIS * V * M, (BASIS + 1) * V * M)
        self.spot_proceeds[cells] += fraction.ravel() * self.kept[cells] * np.tile(spot_price, V)

    def move(self, ids: Ints, quantity: Floats, cash: Floats, wallet: Floats) -> None:
        """Add to quantity, margin cash and wallet of settled accounts (`ids` distinct) and to their cells' totals."""
        self.quantity[ids] += quantity
        self.cash[ids] += cash
        self.wallet[ids] += wallet
        np.add.at(self.contracts, self.cell[ids], quantity)
        np.add.at(self.margin_cash, self.cell[ids], cash)
        np.add.at(self.loose_cash, self.book[ids] // self.shape[2], wallet)

    def renew_triggers(self, ids: Ints) -> None:
        """Recompute the prices at which settled accounts want attention, e.g. after their cash changed."""
        q, c, rate = self.quantity[ids], self.cash[ids], self.rate[ids]
        with np.errstate(divide="ignore", invalid="ignore"):
            breach = -c / (q - np.abs(q) * rate)
        down = np.where((q > 0) & (breach > 0), breach, -np.inf)
        up = np.where(q < 0, np.maximum(breach, 0.0), np.inf)
        ordered = (~np.isnan(self.order_price[ids])) & ((q > 0) | (self.planned[ids] != 0))
        down = np.where(ordered, np.fmax(down, self.order_price[ids]), down)
        self.triggers.place(ids, down, up)

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
        due = self.quantity * (rate * mark).ravel()[self.book]
        self.cash -= due
        self.margin_cash -= np.bincount(self.cell, due, len(self.margin_cash))
        self.renew_triggers(ids)
        self.triggers.rebuild_all()

    def set_rates(self, scale: Floats) -> None:
        """Scale all maintenance rates per book, `[V, M]`."""
        ids = self.everyone()
        self.scale = scale
        self.rate = self.base_rate * scale.ravel()[self.book]
        self.renew_triggers(ids)
        self.triggers.rebuild_all()
