"""Everything a rule is shown, made from the state of its venue: the only place that does.

All columns are read-only and worked out when a rule reads them; see the contract's views for their meaning, units and
signs.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    Bools,
    BreachView,
    Candidates,
    CashView,
    EventView,
    Floats,
    Ints,
    JointLoss,
    LossEvent,
    MarginView,
    MarketView,
    OrderKind,
    OrderView,
    PhaseView,
    PriceView,
    ResidualView,
    Scope,
    frozen,
)
from lastresort.simulation.waterfall.lazy_views import View, kind_of, lazily
from lastresort.simulation.waterfall.open_losses import OpenLosses, Severity, deficit
from lastresort.simulation.waterfall.state import AccountColumns, BreachedPositions, VenueState

DUST = 1e-7
"""Contracts that are rounding, per USD that is."""

Touched = tuple[Ints, Ints, Floats, Floats]
"""To whom something happened `[k]`: account, row of the event, change of position in contracts, and USD lost."""

NOBODY: Touched = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))

LOWEST = 1e-9
"""The lowest price there is."""

MOST_LEVERED = 1e6
"""The leverage of a margin unit without equity."""


class _Columns:
    """Columns of a view: what is given and what a subclass works out; every other one is the state's, as it is."""

    def __init__(self, state: VenueState, **given: Any) -> None:
        self.state = state
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.state, name)


# -- every tick -----------------------------------------------------------------------------------------------------


def price_view(state: VenueState) -> PriceView:
    """The feeds of a venue."""
    return lazily(PriceView, state, time=state.time)


class _PhaseColumns(_Columns):
    """`phases` and `ends` are the engine's own, which go on changing."""

    phases: Ints
    ends: Floats

    @property
    def phase(self) -> Ints:
        return self.phases.copy()

    @property
    def until(self) -> Floats:
        return self.ends.copy()

    @property
    def deficit(self) -> Floats:
        return deficit(self.state)

    @property
    def fund(self) -> Floats:
        return self.state.pool_balance[self.state.pool]


def phase_view(state: VenueState, phase: Ints, until: Floats) -> PhaseView:
    """The trading state, with the phases in force `[M]` and when they end."""
    return lazily(PhaseView, _PhaseColumns(state, phases=phase, ends=until), time=state.time)


class _OrderColumns(_Columns):
    """`orders` are signed contracts `[n]`, worked out when somebody asks for them."""

    market: Ints
    orders: Callable[[], Floats]

    @property
    def quantity(self) -> Floats:
        return self.orders()

    @property
    def index(self) -> Floats:
        return self.state.index[self.market]

    @property
    def mark(self) -> Floats:
        return self.state.mark[self.market]

    @property
    def mid(self) -> Floats:
        return self.state.mid[self.market]

    @property
    def open_interest(self) -> Floats:
        return self.state.open_interest[self.market]

    @property
    def initial_open_interest(self) -> Floats:
        return self.state.initial_open_interest[self.market]

    @property
    def account(self) -> Ints:
        return np.full(len(self.market), -1)

    @property
    def insolvent(self) -> float:
        return float(deficit(self.state).sum())


def order_view(state: VenueState, market: Ints, kind: Ints, quantity: Floats | Callable[[], Floats]) -> OrderView:
    """Orders `[n]` (signed contracts) that wait to pass."""
    orders = quantity if callable(quantity) else lambda: quantity
    return lazily(OrderView, _OrderColumns(state, market=market, kind=kind, orders=orders), time=state.time)


def transfer_view(state: VenueState, amount: float, account: int) -> OrderView:
    """A transfer of USD of an account out of the venue that waits to pass."""
    one = frozen(np.ones(1))
    return lazily(
        OrderView,
        _OrderColumns(state),
        time=state.time,
        market=frozen(np.array([-1])),
        account=frozen(np.array([account])),
        kind=frozen(np.array([int(OrderKind.TRANSFER)])),
        quantity=frozen(amount * one),
        index=one,
        mark=one,
        mid=one,
        open_interest=one,
        initial_open_interest=one,
    )


def margin_view(state: VenueState) -> MarginView:
    """What margin terms may depend on."""
    return lazily(MarginView, state, time=state.time)


def cash_view(state: VenueState, kind: Ints, pool: Ints, amount: Floats) -> CashView:
    """Cash flows `[n]` (USD) that wait for a destination."""
    return lazily(CashView, _Columns(state, kind=kind, pool=pool, amount=amount), time=state.time)


def event_view(
    state: VenueState, kind: Ints, market: Ints, contracts: Floats, dollars: Floats, touched: Touched = NOBODY
) -> EventView:
    """What happened in the tick `[n]`, and to whom `[k]`."""
    who = {
        f"account_{name}": column for name, column in zip(("event", "contracts", "dollars"), touched[1:], strict=True)
    }
    columns = _Columns(state, kind=kind, market=market, contracts=contracts, dollars=dollars, account=touched[0], **who)
    return lazily(EventView, columns, time=state.time)


# -- breaches -------------------------------------------------------------------------------------------------------


class _BreachColumns(_Columns):
    held: BreachedPositions

    def __getattr__(self, name: str) -> Any:
        return getattr(self.held, name)

    @property
    def mark(self) -> Floats:
        return self.state.mark[self.held.market]

    @property
    def bankruptcy_price(self) -> Floats:
        return self.held.bankruptcy_price(self.mark)

    @property
    def hedge(self) -> Floats:
        return self.state.unit_hedge(self.held.account, self.held.market)

    @property
    def impact(self) -> Floats:
        """Loss against the mark from selling each whole position into today's book, as a fraction of its value."""
        held = self.held
        price = self.state.fundamental[held.market] * self.state.sale_ratio(held.market, held.quantity)
        return np.asarray(np.maximum(np.sign(held.quantity) * (1 - price / self.mark), 0.0))

    @property
    def vault(self) -> Bools:
        return self.state.is_vault(self.held.account)


def breach_view(state: VenueState, held: BreachedPositions, since: Floats, orders: Ints) -> BreachView:
    """Breached positions `[n]`, for how many seconds they are, and how many orders were sent in their names."""
    columns = _BreachColumns(state, held=held, since=since, orders=orders)
    return lazily(BreachView, columns, time=state.time, account=frozen(held.account))


# -- losses ---------------------------------------------------------------------------------------------------------


class _ResidualColumns(_Columns):
    """What the state has by market is shown for the markets of the losses."""

    losses: OpenLosses
    severity: Severity

    @property
    def market(self) -> Ints:
        return self.losses.market

    @property
    def inventory(self) -> Floats:
        return self.losses.inventory

    @property
    def cash(self) -> Floats:
        return self.state.engine_cash[self.losses.market]

    @property
    def mark(self) -> Floats:
        return self.state.settlement[self.losses.market]

    @property
    def pool(self) -> Ints:
        return self.state.pool[self.losses.market]

    @property
    def fund_result(self) -> Floats:
        return self.state.fund_result[self.losses.market]

    @property
    def beta(self) -> Floats:
        return self.state.beta[self.losses.market]

    @property
    def bankruptcy_price(self) -> Floats:
        held = self.inventory
        price: Floats = np.divide(-self.cash, held, out=np.full(len(held), np.nan), where=self._holds(held))
        return price

    @property
    def contracts(self) -> Floats:
        held = self.inventory
        asked = np.divide(self.severity.contracts, held, out=np.zeros(len(held)), where=self._holds(held))
        return np.clip(asked, 0.0, 1.0)

    @property
    def dollars(self) -> Floats:
        return np.minimum(self.severity.dollars, self.losses.deficit)

    @property
    def deficit(self) -> Floats:
        return self.losses.deficit

    @property
    def shortfall(self) -> Floats:
        return self.losses.shortfall

    @property
    def uncovered(self) -> Floats:
        return self.losses.uncovered

    @property
    def open_interest(self) -> Floats:
        return self.losses.open_interest

    @property
    def venue_equity(self) -> float:
        return self.losses.venue_equity

    @property
    def final(self) -> bool:
        return self.losses.final

    def _holds(self, held: Floats) -> Bools:
        return np.asarray(np.abs(held) > DUST * self.state.rounding)


def residual_view(losses: OpenLosses, severity: Severity) -> ResidualView:
    """What the engine holds and has lost, under the severity in force."""
    state = losses.state
    return lazily(ResidualView, _ResidualColumns(state, losses=losses, severity=severity), time=state.time)


class _MarketColumns(_Columns):
    """What the state has by market is shown for one."""

    at: int

    def __getattr__(self, name: str) -> Any:
        return float(getattr(self.state, name)[self.at])

    @property
    def mark(self) -> float:
        return float(self.state.settlement[self.at])

    @property
    def fund(self) -> float:
        return float(self.state.pool_balance[self.state.pool[self.at]])

    @property
    def fund_peak(self) -> float:
        return float(self.state.pool_peak[self.state.pool[self.at]])


class _LossColumns(_MarketColumns):
    """What the state has by market is shown for the market of `row` of the losses."""

    losses: OpenLosses
    row: int

    @property
    def bankruptcy_price(self) -> float:
        """The price at which the engine ends with nothing, NaN where it holds nothing."""
        held = float(self.state.inventory[self.at])
        some = abs(held) > DUST * self.state.rounding
        return max(-float(self.state.engine_cash[self.at]) / held, LOWEST) if some else float("nan")

    @property
    def uncovered(self) -> float:
        return float(self.losses.uncovered[self.row])


def loss_event(losses: OpenLosses, row: int, contracts: float, dollars: float, scope: Scope) -> LossEvent:
    """The loss in one row's market: so many contracts to place and USD to collect among the accounts of a scope."""
    state, market = losses.state, int(losses.market[row])
    draws = state.next_draws(market)
    return lazily(
        LossEvent,
        _LossColumns(state, losses=losses, row=row, at=market),
        time=state.time,
        market=market,
        contracts=contracts,
        dollars=dollars,
        mark=float(state.settlement[market]),
        scope=scope,
        candidates=candidates(state, market, _side(state, market), scope),
        random=draws,
    )


def joint_loss(losses: OpenLosses, events: tuple[LossEvent, ...]) -> JointLoss:
    """The losses of several markets together."""
    state = losses.state
    pool = state.pool[np.array([event.market for event in events], dtype=np.int64)]
    return lazily(JointLoss, _Columns(state, pool=pool), time=state.time, events=events)


def market_view(state: VenueState, market: int) -> MarketView:
    """One market and everybody who holds a position in it."""
    return lazily(
        MarketView,
        _MarketColumns(state, at=market),
        time=state.time,
        market=market,
        candidates=candidates(state, market, _side(state, market), Scope.HOLDERS),
        random=state.next_draws(market, "intervention"),
    )


def _side(state: VenueState, market: int) -> float:
    """Sign of the engine's inventory; where it holds nothing, the opposite side is that which the mid has favoured."""
    held = state.inventory[market]
    return float(np.sign(held) if held else np.sign(state.index[market] - state.mid[market])) or 1.0


class _CandidateColumns(_Columns):
    """Of accounts `who` with positions in the market `at`, for inventory of sign `side`."""

    who: AccountColumns
    at: int
    side: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.who, name)

    @property
    def notional(self) -> Floats:
        return np.asarray(np.abs(self.who.quantity) * self.state.valuation[self.at])

    @property
    def spendable(self) -> Floats:
        return np.maximum(self.who.equity, 0.0)

    @property
    def leverage(self) -> Floats:
        unit, equity = self.who.unit_notional, self.who.equity
        enough = equity > 1 / MOST_LEVERED * unit
        return np.divide(unit, equity, out=np.full_like(unit, MOST_LEVERED), where=enough)

    @property
    def room(self) -> Floats:
        """Contracts that accounts can margin on top of what they hold; an isolated position has its own margin only."""
        most = self.who.free_margin / (self.state.valuation[self.at] * self.state.initial_rate[self.at])
        return np.where(self.who.isolated, 0.0, self.who.committed * most)

    @property
    def bid(self) -> Floats:
        return np.asarray(self.state.settlement[self.at] * np.exp(-self.side * self.who.discount))


def candidates(state: VenueState, market: int, side: float, scope: Scope) -> Candidates:
    """Accounts in `scope` of a loss on inventory of sign `side` in one market."""
    account = _asked(state, market, side, scope)
    columns = _CandidateColumns(state, who=state.account_columns(account, market), at=market, side=side)
    return lazily(Candidates, columns, account=frozen(account))


def _asked(state: VenueState, market: int, side: float, scope: Scope) -> Ints:
    """Who belongs to a scope."""
    if scope is Scope.PROVIDERS:
        return state.volunteers()
    if scope is Scope.EVERYBODY:
        return state.everybody()
    account, quantity = state.positions(market)
    return account[quantity != 0] if scope is Scope.HOLDERS else account[quantity * side < 0]


# -- the same view, but ---------------------------------------------------------------------------------------------


class _Rows:
    """The columns of a view, some of their rows only."""

    def __init__(self, view: object, rows: Ints | Bools) -> None:
        self._view, self._rows = view, rows

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._view, name)
        return value[self._rows] if isinstance(value, np.ndarray) else value


def rows_of(view: View, rows: Ints | Bools) -> View:
    """A view of accounts or positions with some of its rows."""
    return lazily(kind_of(view), _Rows(view, rows))


def with_columns(view: View, **columns: Any) -> View:
    """The view with some of its columns or numbers given by hand; what is given for a column takes its type."""
    given = {}
    for name, value in columns.items():
        before = getattr(view, name)
        array = isinstance(before, np.ndarray)
        given[name] = frozen(np.asarray(value).astype(before.dtype)) if array else value
    return replace(view, **given)
