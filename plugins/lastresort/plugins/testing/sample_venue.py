"""One venue at one moment, as columns, and what follows from them; and what a rule is shown about its losses."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Bools, Candidates, Floats, Ints, LossEvent, LossSharing, ResidualView, Scope
from lastresort.plugins.testing import showing
from lastresort.plugins.testing.scoping import in_scope
from lastresort.plugins.testing.small_crash.reading import read_only

WORTH_ASKING = 1.0
"""Below this value (USD) the engine does not ask who bears a loss."""

CENT = 0.01
MOST_LEVERED = 1e6
LOWEST_PRICE = 1e-9


@dataclass(frozen=True, eq=False)
class Accounts:
    """Whom the venue knows, `[A]`; `quantity` (signed), `entry` and `opened` are `[A, M]`.

    `hedged` and `attested` are the shares of each position that are offset here and elsewhere, `discount` that to the
    mark at which the account volunteers to take positions over (NaN: not at all), `earlier` the share of its gain that
    is older than the last settlement.
    """

    account: Ints
    quantity: Floats
    entry: Floats
    opened: Floats
    cash: Floats
    isolated: Bools
    hedged: Floats
    attested: Floats
    contribution: Floats
    discount: Floats
    earlier: Floats
    since: Floats
    orders: Ints
    vault: Bools

    def rows(self, which: Ints | Bools) -> "Accounts":
        """The accounts of some rows, in that order."""
        return Accounts(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


@dataclass(frozen=True, eq=False)
class Book:
    """Everything a rule may be shown of one venue: markets `[M]`, pools `[P]`, units as in the contract's views.

    `rate` is the maintenance margin (fraction), `inventory` and `booked` what the engine holds and its cash, `slip` the
    fraction it loses by selling everything today, `flows` and `flow_kind` `[P]` the cash on its way.
    """

    time: float
    final: bool
    accounts: Accounts
    mark: Floats
    mid: Floats
    index: Floats
    previous_mark: Floats
    last_settlement: Floats
    phase: Ints
    until: Floats
    volatility: Floats
    rate: Floats
    lot: Floats
    initial_open_interest: Floats
    inventory: Floats
    booked: Floats
    slip: Floats
    orders: Floats
    event_kind: Ints
    pool: Ints
    pool_balance: Floats
    pool_peak: Floats
    fund_result: Floats
    vault_equity: Floats
    vault_notional: Floats
    flows: Floats
    flow_kind: Ints
    claims: float
    capital: float
    transfer: float

    def reordered(self, order: Ints) -> "Book":
        """The same venue with its accounts in another order."""
        return replace(self, accounts=self.accounts.rows(order))

    def untied(self) -> "Book":
        """The same venue with no two accounts alike: losers tie in many queues, and so do those without leverage.

        Everybody with a position is in profit and levered, two to ten times. Size, gain and margin are drawn for each
        account apart, so that no product of them ties.
        """
        who, n = self.accounts, len(self.accounts.account)
        draw = np.random.default_rng(n)
        (size, gain), margin = draw.uniform(1.0, 1.1, (2, n)), draw.uniform(0.1, 0.5, n)
        quantity = who.quantity * size[:, None]
        notional = (np.abs(quantity) * self.mark).sum(axis=1)
        entry = self.mark * (1 - 0.1 * np.sign(quantity) * gain[:, None])
        profit = (quantity * (self.mark - entry)).sum(axis=1)
        accounts = replace(
            who,
            quantity=quantity,
            entry=entry,
            opened=who.opened + (gain * self.time)[:, None] / 2,
            cash=np.where(notional > 0, margin * notional - profit, who.cash * size),
            discount=who.discount + margin / 100,
        )
        return replace(self, accounts=accounts, index=self.mark)

    @cached_property
    def notional(self) -> Floats:
        """Value of each position, `[A, M]` USD."""
        return np.asarray(np.abs(self.accounts.quantity) * self.mark)

    @cached_property
    def profit(self) -> Floats:
        """Unrealised profit of each position, `[A, M]` USD."""
        return np.asarray(self.accounts.quantity * (self.mark - self.accounts.entry))

    @cached_property
    def equity(self) -> Floats:
        """Cash and unrealised profit, `[A]` USD; an isolated account has one position, so that it is its unit."""
        return np.asarray(self.accounts.cash + self.profit.sum(axis=1))

    @cached_property
    def maintenance(self) -> Floats:
        """Maintenance margin, `[A]` USD."""
        return np.asarray(self.notional @ self.rate)

    @cached_property
    def open_interest(self) -> Floats:
        """Contracts that are open, `[M]`."""
        return np.asarray(np.maximum(self.accounts.quantity, 0.0).sum(axis=0) + np.maximum(self.inventory, 0.0))

    @cached_property
    def deficit(self) -> Floats:
        """What the engine has lost at the mid price, `[M]` USD."""
        return np.asarray(np.maximum(-(self.booked + self.inventory * self.mid), 0.0))

    @cached_property
    def bankruptcy_price(self) -> Floats:
        """The price at which the engine ends with nothing, `[M]`; NaN where it holds nothing."""
        price = np.divide(-self.booked, self.inventory, out=np.full(len(self.mark), np.nan), where=self.inventory != 0)
        return np.asarray(np.maximum(price, LOWEST_PRICE))

    def views(self, question: str) -> list[Any]:
        """What a rule is shown for a question that is not about losses."""
        return showing.views(self, question)

    def residual(self) -> ResidualView | None:
        """Markets in which the engine holds inventory or a loss; None where there are none."""
        m = np.flatnonzero((self.inventory != 0) | (self.booked != 0))
        if not len(m):
            return None
        proceeds = self.inventory * self.mid * (1 - np.sign(self.inventory) * self.slip)
        shortfall = np.maximum(self.deficit, -(self.booked + proceeds))[m]
        uncovered = np.where(shortfall > CENT, shortfall, 0.0)
        return read_only(
            ResidualView(
                time=self.time,
                market=m,
                inventory=self.inventory[m],
                cash=self.booked[m],
                mark=self.mark[m],
                bankruptcy_price=self.bankruptcy_price[m],
                deficit=self.deficit[m],
                shortfall=shortfall,
                uncovered=uncovered,
                pool=self.pool[m],
                pool_balance=self.pool_balance,
                pool_peak=self.pool_peak,
                contracts=(uncovered > 0).astype(np.float64),
                dollars=np.zeros(len(m)),
                fund_result=self.fund_result[m],
                open_interest=self.open_interest[m],
                vault_equity=self.vault_equity,
                vault_notional=self.vault_notional,
                capital=self.capital,
                default_fund=float(self.accounts.contribution.sum()),
                venue_equity=float(self.equity.sum()),
                final=self.final,
            )
        )

    def loss_events(self, view: ResidualView, severity: LossSharing) -> list[LossEvent]:
        """One event for each market in which a severity places or collects anything and somebody may be asked."""
        events = [self._event(view, severity, row) for row in range(len(view.market))]
        return [event for event in events if _worth_asking(event)]

    def _event(self, view: ResidualView, severity: LossSharing, row: int) -> LossEvent:
        m = int(view.market[row])
        held = float(view.inventory[row])
        return LossEvent(
            time=self.time,
            market=m,
            contracts=float(severity.contracts[row]) * held,
            dollars=min(float(severity.dollars[row]), float(view.deficit[row])),
            bankruptcy_price=float(view.bankruptcy_price[row]) if held else float("nan"),
            mark=float(self.mark[m]),
            previous_mark=float(self.previous_mark[m]),
            index=float(self.index[m]),
            last_settlement=float(self.last_settlement[m]),
            fund=float(view.pool_balance[view.pool[row]]),
            fund_peak=float(view.pool_peak[view.pool[row]]),
            uncovered=float(view.uncovered[row]),
            lot=float(self.lot[m]),
            scope=severity.scope,
            candidates=self._candidates(m, held, severity.scope),
            random=lambda: np.random.default_rng([int(self.time), m]),
        )

    def _candidates(self, m: int, held: float, scope: Scope) -> Candidates:
        who, mark = self.accounts, self.mark[m]
        side = float(np.sign(held) or np.sign(self.index[m] - self.mid[m])) or 1.0
        q, size = who.quantity[:, m], np.abs(who.quantity[:, m])
        unit = self.notional.sum(axis=1)
        leverage = np.full(len(unit), MOST_LEVERED)
        np.divide(unit, self.equity, out=leverage, where=self.equity > unit / MOST_LEVERED)
        gain = self.profit.sum(axis=1)
        room = np.maximum(self.equity - 2 * self.maintenance, 0.0) / (2 * self.rate[m] * mark)
        view = Candidates(
            account=who.account,
            quantity=q,
            entry_price=who.entry[:, m],
            notional=self.notional[:, m],
            equity=self.equity,
            profit=self.profit[:, m],
            spendable=np.maximum(self.equity, 0.0),
            leverage=leverage,
            isolated=who.isolated,
            hedge=size * who.hedged,
            attested_hedge=size * who.attested,
            maintenance=self.maintenance,
            unit_profit=gain,
            opened=who.opened[:, m],
            gain=gain,
            variation=gain * (1 - who.earlier),
            net_delta=(who.quantity * self.mark).sum(axis=1) * (1 - who.hedged),
            contribution=who.contribution,
            room=np.where(who.isolated, 0.0, room),
            bid=mark * (1 - side * who.discount),
        )
        rows = np.flatnonzero(in_scope(scope, q * side, who.discount))
        return read_only(Candidates(**{name: getattr(view, name)[rows] for name in Candidates.__slots__}))


def _worth_asking(event: LossEvent) -> bool:
    placed = abs(event.contracts) * event.mark
    return (placed > WORTH_ASKING or event.dollars > WORTH_ASKING) and len(event.candidates.account) > 0
