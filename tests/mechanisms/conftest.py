"""Loss events and views small enough to work out by hand; every column has a default and may be given."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    BreachView,
    Candidates,
    CashKind,
    CashView,
    EventView,
    LossEvent,
    MarginView,
    OrderView,
    Phase,
    PhaseView,
    PriceView,
    ResidualView,
    Scope,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Numbers = Sequence[float]
View = TypeVar("View", bound="DataclassInstance")


def column(values: Any) -> Any:
    """An array of floats, unless the values are booleans or integers on purpose."""
    array = np.asarray(values)
    return array if array.dtype == np.bool_ else array.astype(np.float64)


def changed(view: View, columns: dict[str, Any]) -> View:
    """The view with some fields given by the test; sequences become arrays of the field's type."""
    given = {}
    for name, value in columns.items():
        before = getattr(view, name)
        given[name] = np.asarray(value).astype(before.dtype) if isinstance(before, np.ndarray) else value
    return replace(view, **given)


@pytest.fixture(scope="session")
def candidates() -> Callable[..., Candidates]:
    """Make accounts from signed quantities at mark 1.0; entry 1.0 and leverage 1 unless said otherwise."""

    def make(quantity: Numbers, **columns: Any) -> Candidates:
        q = np.asarray(quantity, dtype=np.float64)
        none, size = np.zeros_like(q), np.abs(q)
        entry = np.broadcast_to(column(columns.pop("entry_price", 1.0)), q.shape).astype(np.float64)
        leverage = np.broadcast_to(column(columns.pop("leverage", 1.0)), q.shape).astype(np.float64)
        equity = column(columns.pop("equity", size / leverage))
        profit = column(columns.pop("profit", q * (1.0 - entry)))
        holders = Candidates(
            account=np.arange(len(q)),
            quantity=q,
            entry_price=entry,
            notional=size,
            equity=equity,
            profit=profit,
            spendable=np.maximum(equity, 0.0),
            leverage=leverage,
            isolated=np.ones(len(q), dtype=np.bool_),
            hedge=none,
            attested_hedge=none,
            maintenance=0.01 * size,
            unit_profit=profit,
            opened=none,
            gain=profit,
            variation=profit,
            net_delta=q,
            contribution=none,
            room=none,
            bid=np.full(len(q), np.nan),
        )
        return changed(holders, columns)

    return make


@pytest.fixture(scope="session")
def loss_event() -> Callable[..., LossEvent]:
    """Make a loss event at mark 1.0 about given candidates."""

    def make(holders: Candidates, contracts: float = 0.0, dollars: float = 0.0, **fields: Any) -> LossEvent:
        event = LossEvent(
            time=0.0,
            market=0,
            contracts=contracts,
            dollars=dollars,
            bankruptcy_price=1.0,
            mark=1.0,
            previous_mark=1.0,
            index=1.0,
            last_settlement=1.0,
            fund=1e9,
            fund_peak=1e9,
            uncovered=dollars,
            lot=1.0,
            scope=Scope.OPPOSITE,
            candidates=holders,
            random=lambda: np.random.default_rng(0),
        )
        return replace(event, **fields)

    return make


@pytest.fixture(scope="session")
def short_holders(
    candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]
) -> Callable[..., LossEvent]:
    """Make a loss event at mark 1.0: the engine holds longs, the candidates are short and gained what the mark fell."""

    def make(
        sizes: Numbers,
        entries: Numbers,
        leverages: Numbers,
        contracts: float,
        dollars: float = 0.0,
        hedge: Numbers | None = None,
        attested: Numbers | None = None,
        spendable: Numbers | None = None,
        bankruptcy_price: float = 1.0,
    ) -> LossEvent:
        given = {"hedge": hedge, "attested_hedge": attested, "spendable": spendable}
        holders = candidates(
            -np.asarray(sizes, dtype=np.float64),
            entry_price=entries,
            leverage=leverages,
            **{name: value for name, value in given.items() if value is not None},
        )
        return loss_event(holders, contracts, dollars, bankruptcy_price=bankruptcy_price)

    return make


@pytest.fixture(scope="session")
def residual() -> Callable[..., ResidualView]:
    """Make a view of losses: one row per market, with the pool that guards it."""

    def make(
        deficit: Numbers,
        shortfall: Numbers,
        pool: Sequence[int],
        balance: Numbers,
        peak: Numbers,
        uncovered: Numbers | None = None,
        **columns: Any,
    ) -> ResidualView:
        lost, ahead = np.asarray(deficit, dtype=np.float64), np.asarray(shortfall, dtype=np.float64)
        open_loss = ahead if uncovered is None else np.asarray(uncovered, dtype=np.float64)
        inventory = np.full(len(lost), 100.0)
        cash = -inventory - lost
        funds = np.asarray(balance, dtype=np.float64)
        view = ResidualView(
            time=0.0,
            market=np.arange(len(lost)),
            inventory=inventory,
            cash=cash,
            mark=np.ones(len(lost)),
            bankruptcy_price=-cash / inventory,
            deficit=lost,
            shortfall=ahead,
            uncovered=open_loss,
            pool=np.asarray(pool),
            pool_balance=funds,
            pool_peak=np.asarray(peak, dtype=np.float64),
            contracts=(open_loss > 0).astype(np.float64),
            dollars=np.zeros(len(lost)),
            fund_result=np.zeros(len(lost)),
            open_interest=np.full(len(lost), 1e6),
            vault_equity=np.zeros(len(funds)),
            vault_notional=np.zeros(len(funds)),
            capital=0.0,
            default_fund=0.0,
            venue_equity=1e6,
            final=False,
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def breaches() -> Callable[..., BreachView]:
    """Make breached positions at mark 1.0 from signed quantities, each with its own equity and maintenance (USD)."""

    def make(quantity: Numbers, equity: Numbers, maintenance: Numbers, **columns: Any) -> BreachView:
        q = np.asarray(quantity, dtype=np.float64)
        own, none = np.asarray(equity, dtype=np.float64), np.zeros(len(q))
        view = BreachView(
            time=0.0,
            account=np.arange(len(q)),
            market=np.zeros(len(q), dtype=np.int64),
            quantity=q,
            mark=np.ones(len(q)),
            bankruptcy_price=1 - own / q,
            equity=own,
            maintenance=np.asarray(maintenance, dtype=np.float64),
            unit_notional=np.abs(q),
            isolated=np.ones(len(q), dtype=np.bool_),
            hedge=none,
            impact=none,
            since=none,
            orders=np.zeros(len(q), dtype=np.int64),
            vault=np.zeros(len(q), dtype=np.bool_),
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def trading() -> Callable[..., PhaseView]:
    """Make the trading state of a venue at one time; markets are open unless said otherwise."""

    def make(time: float, mid: Numbers, phase: Sequence[Phase] | None = None, **columns: Any) -> PhaseView:
        price = np.asarray(mid, dtype=np.float64)
        state = np.zeros(len(price), dtype=np.int64) if phase is None else np.asarray(phase, dtype=np.int64)
        until, none = np.full(len(price), -1.0), np.zeros(len(price))
        view = PhaseView(
            time=time, index=price, mid=price, mark=price, phase=state, until=until, deficit=none, fund=none
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def feeds() -> Callable[..., PriceView]:
    """Make the price feeds of a venue; everything equals the index unless said otherwise."""

    def make(time: float, index: Numbers, **columns: Any) -> PriceView:
        price = np.asarray(index, dtype=np.float64)
        none = np.zeros(len(price))
        view = PriceView(
            time=time,
            index=price,
            mid=price,
            mark=price,
            previous_mark=price,
            premium=none,
            funding_rate=none,
            funding_due=np.full(len(price), 3600.0),
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def orders() -> Callable[..., OrderView]:
    """Make waiting orders in one market from their kinds and signed contracts (USD for transfers)."""

    def make(kind: Sequence[int], quantity: Numbers, time: float = 0.0, **columns: Any) -> OrderView:
        kinds, one = np.asarray(kind, dtype=np.int64), np.ones(len(kind))
        view = OrderView(
            time=time,
            market=np.where(kinds == 3, -1, 0),
            kind=kinds,
            quantity=np.asarray(quantity, dtype=np.float64),
            index=one,
            mark=one,
            mid=one,
            open_interest=one,
            initial_open_interest=one,
            insolvent=0.0,
            venue_equity=1e6,
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def margins() -> Callable[..., MarginView]:
    """Make what margin terms depend on: open interest (contracts) now and at the start, and relative volatility."""

    def make(open_interest: Numbers, initial: Numbers, volatility: Numbers, time: float = 0.0) -> MarginView:
        now, before, loud = (np.asarray(values, dtype=np.float64) for values in (open_interest, initial, volatility))
        return MarginView(time, np.ones(len(now)), now, before, loud)

    return make


@pytest.fixture(scope="session")
def cash() -> Callable[..., CashView]:
    """Make cash flows waiting for a destination, one per pool."""

    def make(kind: Sequence[CashKind], amount: Numbers, balance: Numbers, peak: Numbers, **columns: Any) -> CashView:
        view = CashView(
            time=0.0,
            kind=np.asarray(kind, dtype=np.int64),
            pool=np.arange(len(kind)) % len(balance),
            amount=np.asarray(amount, dtype=np.float64),
            pool_balance=np.asarray(balance, dtype=np.float64),
            pool_peak=np.asarray(peak, dtype=np.float64),
            claims=0.0,
        )
        return changed(view, columns)

    return make


@pytest.fixture(scope="session")
def happenings() -> Callable[..., EventView]:
    """Make what happened in a tick."""

    def make(
        time: float, kind: Sequence[int], market: Sequence[int], contracts: Numbers, dollars: Numbers
    ) -> EventView:
        kinds, markets = np.asarray(kind, dtype=np.int64), np.asarray(market, dtype=np.int64)
        held, paid = np.asarray(contracts, dtype=np.float64), np.asarray(dollars, dtype=np.float64)
        return EventView(time, kinds, markets, held, paid, np.zeros(3))

    return make
