"""Small valid views for trying a mechanism out: two markets, one pool each, a dozen accounts, fixed numbers."""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lastresort.mechanisms.contract import (
    BreachView,
    Candidates,
    CashView,
    EventView,
    LossEvent,
    MarginView,
    OrderView,
    PhaseView,
    PriceView,
    ResidualView,
    frozen,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ACCOUNTS = 12
MARK = np.array([0.8, 1.2])
MOMENTS = (0.0, 60.0, 120.0)

View = TypeVar("View", bound="DataclassInstance")


def synthetic_views(question: str) -> list[Any]:
    """Return the views of one question at three moments, with read-only columns; the same on every call."""
    return [_VIEWS[question](time, np.random.default_rng([step, 7])) for step, time in enumerate(MOMENTS)]


def _read_only(view: View) -> View:
    for field in fields(view):
        value = getattr(view, field.name)
        if isinstance(value, np.ndarray):
            object.__setattr__(view, field.name, frozen(value))
    return view


def _prices(time: float, random: np.random.Generator) -> PriceView:
    mid = MARK * random.uniform(0.9, 1.1, 2)
    return _read_only(PriceView(time=time, index=MARK, mid=mid, mark=MARK, previous_mark=MARK * 1.02))


def _phases(time: float, random: np.random.Generator) -> PhaseView:
    mid = MARK * random.uniform(0.8, 1.2, 2)
    closed = np.zeros(2, dtype=np.int64)
    return _read_only(PhaseView(time=time, index=MARK, mid=mid, mark=MARK, phase=closed, until=np.zeros(2)))


def _orders(time: float, random: np.random.Generator) -> OrderView:
    kind = np.arange(ACCOUNTS) % 4
    market = np.where(kind == 3, -1, np.arange(ACCOUNTS) % 2)
    quantity = random.normal(0, 1e4, ACCOUNTS)
    return _read_only(
        OrderView(time=time, market=market, kind=kind, quantity=quantity, index=MARK, mark=MARK, mid=MARK * 0.99)
    )


def _margins(time: float, random: np.random.Generator) -> MarginView:
    interest = random.uniform(1e6, 1e8, 2)
    return _read_only(
        MarginView(
            time=time,
            mark=MARK,
            open_interest=interest,
            initial_open_interest=interest * 1.5,
            volatility=random.uniform(0.5, 5, 2),
        )
    )


def _breaches(time: float, random: np.random.Generator) -> BreachView:
    account = np.arange(ACCOUNTS)
    market = account % 2
    quantity = random.choice([-1.0, 1.0], ACCOUNTS) * random.uniform(1e2, 1e5, ACCOUNTS)
    notional = np.abs(quantity) * MARK[market]
    equity = notional * random.uniform(-0.05, 0.02, ACCOUNTS)
    return _read_only(
        BreachView(
            time=time,
            account=account,
            market=market,
            quantity=quantity,
            mark=MARK[market],
            bankruptcy_price=MARK[market] - equity / quantity,
            equity=equity,
            maintenance=notional * 0.025,
            unit_notional=notional,
            isolated=random.random(ACCOUNTS) < 0.5,
        )
    )


def _cash(time: float, random: np.random.Generator) -> CashView:
    balance = random.uniform(1e5, 1e6, 2)
    return _read_only(
        CashView(
            time=time,
            kind=np.array([0, 1, 0, 1]),
            pool=np.array([0, 0, 1, 1]),
            amount=random.uniform(0, 1e4, 4),
            pool_balance=balance[[0, 0, 1, 1]],
            pool_peak=balance[[0, 0, 1, 1]] * 1.2,
        )
    )


def _residuals(time: float, random: np.random.Generator) -> ResidualView:
    inventory = np.array([1e6, -5e5])
    deficit = random.uniform(0, 2e5, 2)
    cash = -inventory * MARK - deficit
    balance = random.uniform(1e4, 1e5, 2)
    return _read_only(
        ResidualView(
            time=time,
            market=np.arange(2),
            inventory=inventory,
            cash=cash,
            mark=MARK,
            bankruptcy_price=-cash / inventory,
            deficit=deficit,
            shortfall=deficit * 1.5,
            uncovered=deficit * 1.5,
            pool=np.arange(2),
            pool_balance=balance,
            pool_peak=balance * 1.1,
        )
    )


def _losses(time: float, random: np.random.Generator) -> LossEvent:
    side = 1.0 if time < MOMENTS[-1] else -1.0
    candidates = _candidates(-side, random)
    held = side * 0.4 * float(np.abs(candidates.quantity).sum())
    return LossEvent(
        time=time,
        market=0,
        contracts=held,
        dollars=0.01 * abs(held),
        bankruptcy_price=float(MARK[0] * (1 + side * 0.05)),
        mark=float(MARK[0]),
        previous_mark=float(MARK[0] * 1.01),
        index=float(MARK[0]),
        fund=1e9,
        candidates=candidates,
        random=lambda: np.random.default_rng([int(time), 11]),
    )


def _candidates(side: float, random: np.random.Generator) -> Candidates:
    quantity = side * random.uniform(1e2, 1e5, ACCOUNTS)
    entry = MARK[0] * random.uniform(0.8, 1.3, ACCOUNTS)
    notional = np.abs(quantity) * MARK[0]
    equity = notional * random.uniform(0.05, 1.0, ACCOUNTS)
    hedge = np.abs(quantity) * random.choice([0.0, 0.5], ACCOUNTS)
    return _read_only(
        Candidates(
            account=np.arange(100, 100 + ACCOUNTS),
            quantity=quantity,
            entry_price=entry,
            notional=notional,
            equity=equity,
            profit=quantity * (MARK[0] - entry),
            spendable=equity,
            leverage=notional / equity,
            isolated=random.random(ACCOUNTS) < 0.5,
            hedge=hedge,
            attested_hedge=np.abs(quantity) * random.choice([0.0, 0.5], ACCOUNTS),
        )
    )


def _events(time: float, random: np.random.Generator) -> EventView:
    kind = np.arange(6)
    return _read_only(
        EventView(
            time=time,
            kind=kind,
            market=kind % 2,
            contracts=random.normal(0, 1e4, 6),
            dollars=random.uniform(0, 1e4, 6),
            pool_balance=np.array([1e5, 2e5]),
        )
    )


_VIEWS: dict[str, Callable[[float, np.random.Generator], Any]] = {
    "set_prices": _prices,
    "set_phase": _phases,
    "admit": _orders,
    "require_margin": _margins,
    "liquidate": _breaches,
    "route_cash": _cash,
    "absorb": _residuals,
    "share_loss": _residuals,
    "allocate": _losses,
    "observe": _events,
}
