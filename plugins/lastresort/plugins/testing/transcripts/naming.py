"""Words for what views and proposals hold as numbers: accounts, markets, kinds, phases, payers."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from lastresort.mechanisms.contract import (
    BreachView,
    CashKind,
    CashView,
    EventKind,
    EventView,
    LossEvent,
    MarketView,
    OrderKind,
    OrderView,
    Phase,
    ResidualView,
)
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS, FIRST_ID
from lastresort.plugins.testing.small_crash.moments import MARKETS, POOLS


def account(number: int) -> str:
    """Name of an account; orders have none."""
    return ACCOUNTS[number - FIRST_ID].name if number >= 0 else "-"


def market(number: int) -> str:
    """Name of a market; transfers have none."""
    return MARKETS[number] if number >= 0 else "transfer"


def lower(value: IntEnum) -> str:
    """A member of an enumeration in lower case."""
    return value.name.lower().replace("_", " ")


def rows(view: Any) -> list[str]:
    """Name each row of a view."""
    return next((name(view) for kind, name in _ROWS.items() if isinstance(view, kind)), list(MARKETS))


def heading(column: str) -> str:
    """The head of a column."""
    return column.replace("_", " ")


WORDS: dict[str, Callable[[int], str]] = {
    "account": account,
    "market": market,
    "phase": lambda number: lower(Phase(number)),
    "kind": str,
    "pool": lambda number: POOLS[number],
}
"""Columns whose numbers stand for something."""

_ROWS: dict[type, Callable[[Any], list[str]]] = {
    OrderView: lambda view: [
        "withdrawal" if number < 0 else f"{market(number)}, {lower(OrderKind(kind))}"
        for number, kind in zip(view.market, view.kind, strict=True)
    ],
    BreachView: lambda view: [account(number) for number in view.account],
    CashView: lambda view: [
        f"{POOLS[pool]}, {lower(CashKind(kind))}" for pool, kind in zip(view.pool, view.kind, strict=True)
    ],
    ResidualView: lambda view: [market(number) for number in view.market],
    LossEvent: lambda view: [account(number) for number in view.candidates.account],
    MarketView: lambda view: [account(number) for number in view.candidates.account],
    EventView: lambda view: [
        f"{market(number)}, {lower(EventKind(kind))}" for number, kind in zip(view.market, view.kind, strict=True)
    ],
}
