"""Everything a rule is shown, made from the state of its venue: the only place that does.

All columns are read-only; see the contract's views for their meaning, units and signs.
"""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lastresort.mechanisms.contract import (
    Bools,
    BreachView,
    Candidates,
    CashView,
    EventView,
    Floats,
    Ints,
    LossEvent,
    MarginView,
    OrderKind,
    OrderView,
    PhaseView,
    PriceView,
    ResidualView,
    Scope,
    frozen,
)
from lastresort.simulation.waterfall.open_losses import OpenLosses, Severity, deficit
from lastresort.simulation.waterfall.state import AccountColumns, BreachedPositions, VenueState

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DUST = 1e-7
"""Contracts that are rounding, per USD that is."""

LOWEST = 1e-9
"""The lowest price there is."""

MOST_LEVERED = 1e6
"""The leverage of a margin unit without equity."""

View = TypeVar("View", bound="DataclassInstance")


# -- every tick -----------------------------------------------------------------------------------------------------


def price_view(state: VenueState) -> PriceView:
    """The feeds of a venue."""
    return PriceView(
        time=state.time,
        index=frozen(state.index),
        mid=frozen(state.mid),
        mark=frozen(state.mark),
        previous_mark=frozen(state.previous_mark),
        premium=frozen(state.premium),
        funding_rate=frozen(state.funding_rate),
        funding_due=frozen(state.funding_due),
    )


def phase_view(state: VenueState, phase: Ints, until: Floats) -> PhaseView:
    """The trading state, with the phases in force `[M]` and when they end."""
    return PhaseView(
        time=state.time,
        index=frozen(state.index),
        mid=frozen(state.mid),
        mark=frozen(state.mark),
        phase=frozen(phase),
        until=frozen(until),
        deficit=frozen(deficit(state)),
        fund=frozen(state.pool_balance[state.pool]),
    )


def order_view(state: VenueState, market: Ints, kind: Ints, quantity: Floats) -> OrderView:
    """Orders `[n]` (signed contracts) that wait to pass."""
    return OrderView(
        time=state.time,
        market=frozen(market),
        kind=frozen(kind),
        quantity=frozen(quantity),
        index=frozen(state.index[market]),
        mark=frozen(state.mark[market]),
        mid=frozen(state.mid[market]),
        open_interest=frozen(state.open_interest[market]),
        initial_open_interest=frozen(state.initial_open_interest[market]),
        insolvent=float(deficit(state).sum()),
        venue_equity=state.venue_equity,
    )


def transfer_view(state: VenueState, amount: float) -> OrderView:
    """A transfer of USD out of the venue that waits to pass."""
    one = frozen(np.ones(1))
    return OrderView(
        time=state.time,
        market=frozen(np.array([-1])),
        kind=frozen(np.array([int(OrderKind.TRANSFER)])),
        quantity=frozen(amount * one),
        index=one,
        mark=one,
        mid=one,
        open_interest=one,
        initial_open_interest=one,
        insolvent=float(deficit(state).sum()),
        venue_equity=state.venue_equity,
    )


def margin_view(state: VenueState) -> MarginView:
    """What margin terms may depend on."""
    return MarginView(
        time=state.time,
        mark=frozen(state.mark),
        open_interest=frozen(state.open_interest),
        initial_open_interest=frozen(state.initial_open_interest),
        volatility=frozen(state.volatility),
    )


def cash_view(state: VenueState, kind: Ints, pool: Ints, amount: Floats) -> CashView:
    """Cash flows `[n]` (USD) that wait for a destination."""
    return CashView(
        time=state.time,
        kind=frozen(kind),
        pool=frozen(pool),
        amount=frozen(amount),
        pool_balance=frozen(state.pool_balance),
        pool_peak=frozen(state.pool_peak),
        claims=state.claims,
    )


def event_view(state: VenueState, kind: Ints, market: Ints, contracts: Floats, dollars: Floats) -> EventView:
    """What happened in the tick `[n]`."""
    return EventView(
        time=state.time,
        kind=frozen(kind),
        market=frozen(market),
        contracts=frozen(contracts),
        dollars=frozen(dollars),
        pool_balance=frozen(state.pool_balance),
    )


# -- breaches -------------------------------------------------------------------------------------------------------


def breach_view(state: VenueState, held: BreachedPositions, since: Floats, orders: Ints) -> BreachView:
    """Breached positions `[n]`, for how many seconds they are, and how many orders were sent in their names."""
    mark = state.mark[held.market]
    return BreachView(
        time=state.time,
        account=frozen(held.account),
        market=frozen(held.market),
        quantity=frozen(held.quantity),
        mark=frozen(mark),
        bankruptcy_price=frozen(held.bankruptcy_price(mark)),
        equity=frozen(held.equity),
        maintenance=frozen(held.maintenance),
        unit_notional=frozen(held.unit_notional),
        isolated=frozen(held.isolated),
        hedge=frozen(state.unit_hedge(held.account, held.market)),
        impact=frozen(_impact(state, held, mark)),
        since=frozen(since),
        orders=frozen(orders),
        vault=frozen(state.is_vault(held.account)),
    )


def _impact(state: VenueState, held: BreachedPositions, mark: Floats) -> Floats:
    """Loss against the mark from selling each whole position into today's book, as a fraction of its value."""
    price = state.fundamental[held.market] * state.sale_ratio(held.market, held.quantity)
    return np.asarray(np.maximum(np.sign(held.quantity) * (1 - price / mark), 0.0))


# -- losses ---------------------------------------------------------------------------------------------------------


def residual_view(losses: OpenLosses, severity: Severity) -> ResidualView:
    """What the engine holds and has lost, under the severity in force."""
    state, market, held = losses.state, losses.market, losses.inventory
    cash, holds = state.engine_cash[market], np.abs(held) > DUST * state.rounding
    asked = np.divide(severity.contracts, held, out=np.zeros(len(market)), where=holds)
    return ResidualView(
        time=state.time,
        market=frozen(market),
        inventory=frozen(held),
        cash=frozen(cash),
        mark=frozen(state.settlement[market]),
        bankruptcy_price=frozen(np.divide(-cash, held, out=np.full(len(market), np.nan), where=holds)),
        deficit=frozen(losses.deficit),
        shortfall=frozen(losses.shortfall),
        uncovered=frozen(losses.uncovered),
        pool=frozen(state.pool[market]),
        pool_balance=frozen(state.pool_balance),
        pool_peak=frozen(state.pool_peak),
        contracts=frozen(np.clip(asked, 0.0, 1.0)),
        dollars=frozen(np.minimum(severity.dollars, losses.deficit)),
        fund_result=frozen(state.fund_result[market]),
        open_interest=frozen(losses.open_interest),
        vault_equity=frozen(state.vault_equity),
        vault_notional=frozen(state.vault_notional),
        capital=state.capital,
        default_fund=state.default_fund,
        venue_equity=losses.venue_equity,
        final=losses.final,
    )


def loss_event(losses: OpenLosses, row: int, contracts: float, dollars: float, scope: Scope) -> LossEvent:
    """The loss in one row's market: so many contracts to place and USD to collect among the accounts of a scope."""
    state, market = losses.state, int(losses.market[row])
    draws, pool = state.next_draws(market), state.pool[market]
    return LossEvent(
        time=state.time,
        market=market,
        contracts=contracts,
        dollars=dollars,
        bankruptcy_price=_bankruptcy_price(state, market),
        mark=float(state.settlement[market]),
        previous_mark=float(state.previous_mark[market]),
        index=float(state.index[market]),
        last_settlement=float(state.last_settlement[market]),
        fund=float(state.pool_balance[pool]),
        fund_peak=float(state.pool_peak[pool]),
        uncovered=float(losses.uncovered[row]),
        lot=float(state.lot[market]),
        scope=scope,
        candidates=candidates(state, market, _side(state, market), scope),
        random=draws,
    )


def _side(state: VenueState, market: int) -> float:
    """Sign of the engine's inventory; where it holds nothing, the opposite side is that which the mid has favoured."""
    held = state.inventory[market]
    return float(np.sign(held) if held else np.sign(state.index[market] - state.mid[market])) or 1.0


def _bankruptcy_price(state: VenueState, market: int) -> float:
    """The price at which the engine ends with nothing, NaN where it holds nothing."""
    held = float(state.inventory[market])
    return max(-float(state.engine_cash[market]) / held, LOWEST) if abs(held) > DUST * state.rounding else float("nan")


def candidates(state: VenueState, market: int, side: float, scope: Scope) -> Candidates:
    """Accounts in `scope` of a loss on inventory of sign `side` in one market."""
    who = state.account_columns(_asked(state, market, side, scope), market)
    q, equity, unit, mark = who.quantity, who.equity, who.unit_notional, state.valuation[market]
    enough = equity > 1 / MOST_LEVERED * unit
    return Candidates(
        account=frozen(who.account),
        quantity=frozen(q),
        entry_price=frozen(who.entry_price),
        notional=frozen(np.abs(q) * mark),
        equity=frozen(equity),
        profit=frozen(q * (mark - who.entry_price)),
        spendable=frozen(np.maximum(equity, 0.0)),
        leverage=frozen(np.divide(unit, equity, out=np.full_like(unit, MOST_LEVERED), where=enough)),
        isolated=frozen(who.isolated),
        hedge=frozen(who.hedge),
        attested_hedge=frozen(who.attested_hedge),
        maintenance=frozen(who.maintenance),
        unit_profit=frozen(who.unit_profit),
        opened=frozen(who.opened),
        gain=frozen(who.gain),
        variation=frozen(who.variation),
        net_delta=frozen(who.net_delta),
        contribution=frozen(who.contribution),
        room=frozen(_room(state, market, who)),
        bid=frozen(state.settlement[market] * np.exp(-side * who.discount)),
    )


def _asked(state: VenueState, market: int, side: float, scope: Scope) -> Ints:
    """Who belongs to a scope."""
    if scope is Scope.PROVIDERS:
        return state.volunteers()
    if scope is Scope.EVERYBODY:
        return state.everybody()
    account, quantity = state.positions(market)
    return account[quantity != 0] if scope is Scope.HOLDERS else account[quantity * side < 0]


def _room(state: VenueState, market: int, who: AccountColumns) -> Floats:
    """Contracts that accounts can margin on top of what they hold; an isolated position has no margin but its own."""
    most = who.free_margin / (state.valuation[market] * state.initial_rate[market])
    return np.where(who.isolated, 0.0, who.committed * most)


# -- the same view, but ---------------------------------------------------------------------------------------------


def rows_of(view: View, rows: Ints | Bools) -> View:
    """A view of accounts or positions with some of its rows."""
    columns: dict[str, Any] = {field.name: getattr(view, field.name) for field in fields(view)}
    chosen = {name: frozen(value[rows]) for name, value in columns.items() if isinstance(value, np.ndarray)}
    return replace(view, **chosen)


def with_columns(view: View, **columns: Any) -> View:
    """The view with some of its columns or numbers given by hand; what is given for a column takes its type."""
    given = {}
    for name, value in columns.items():
        before = getattr(view, name)
        array = isinstance(before, np.ndarray)
        given[name] = frozen(np.asarray(value).astype(before.dtype)) if array else value
    return replace(view, **given)
