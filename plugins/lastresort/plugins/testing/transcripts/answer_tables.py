"""What a rule saw and what it said, side by side, as an aligned table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Allocation, EventView, LossEvent, MarketView
from lastresort.plugins.testing.small_crash.moments import POOLS
from lastresort.plugins.testing.transcripts import numbers
from lastresort.plugins.testing.transcripts.naming import WORDS, heading, rows
from lastresort.plugins.testing.transcripts.numbers import CENT, ROUNDING

KEY_COLUMNS = {
    "set_prices": {"mark"},
    "set_phase": {"mid"},
    "admit": {"quantity"},
    "require_margin": {"volatility"},
    "liquidate": {"market", "quantity", "equity", "maintenance"},
    "route_cash": {"amount"},
    "absorb": {"deficit", "shortfall"},
    "share_loss": {"inventory", "uncovered"},
    "allocate": {"quantity", "profit"},
    "allocate_jointly": {"quantity", "profit"},
    "intervene": {"quantity", "profit"},
    "observe": {"contracts", "dollars"},
}
"""Columns that a reader needs even where the rule did not look at them."""

NAMED_BY_ROW = {
    "liquidate": {"account"},
    "admit": {"market", "kind"},
    "route_cash": {"pool", "kind"},
    "absorb": {"market", "pool"},
    "share_loss": {"market", "pool"},
    "allocate": {"account"},
    "allocate_jointly": {"account"},
    "intervene": {"account"},
    "observe": {"market", "kind"},
}
PER_POOL = ("pool_balance", "pool_peak", "vault_equity", "vault_notional", "drawn")
TO_WHOM = ("account_event", "account_contracts", "account_dollars")
TOLD_ALREADY = {"time", "market", "mark", "contracts", "dollars", "bankruptcy_price", "scope"}
"""Fields of an event that its heading tells."""

TOLD_IN_WORDS = ("winner_price", "loser_price", "gap_payer", "scope", "claim", "payer", "price")

DASHED = ("close", "assign", "charge", "seize", "order", "order_fee", "pay", "standby", "take", "contracts", "dollars")
"""What was said in these columns stands out better if nothing is written where it is zero."""


Columns = dict[str, list[str]]


def main_table(question: str, view: Any, read: set[str], answer: Any) -> list[str]:
    """Lines of the table with one row per account, market, order or flow."""
    shown = (KEY_COLUMNS[question] | read) - NAMED_BY_ROW.get(question, set())
    seen = _seen(view.candidates if isinstance(view, LossEvent | MarketView) else view, shown)
    said = _said(answer, len(rows(view)))
    if isinstance(view, LossEvent) and answer is not None:
        said |= _burden(view, answer)
    return aligned(rows(view), seen, said)


def pool_table(view: Any, read: set[str], answer: Any) -> list[str]:
    """Lines of the table with one row per insurance pool; none where the rule does not look at pools."""
    pools = [(name, getattr(view, name, None)) for name in PER_POOL if name in read]
    seen = {heading(name): _cells(name, column) for name, column in pools if column is not None}
    drawn = getattr(answer, "drawn", None)
    said = {} if drawn is None else {"drawn": _cells("drawn", drawn)}
    return aligned(POOLS, seen, said) if seen or said else []


def scalars(view: Any, read: set[str]) -> list[str]:
    """Single numbers that the rule has looked at and that nothing else tells, with their names."""
    values = {field.name: getattr(view, field.name) for field in fields(view) if field.name in read - TOLD_ALREADY}
    numeric = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return [f"{heading(name)} {_yes_or_number(value)}" for name, value in numeric.items()]


def aligned(names: Sequence[str], seen: Mapping[str, list[str]], said: Mapping[str, list[str]]) -> list[str]:
    """A head line and one line per name; what was said stands behind a bar."""
    left = max(map(len, ["", *names]))
    bar = {"|": ["|"] * len(names)} if said else {}
    columns = [[name, *cells] for group in (seen, bar, said) for name, cells in group.items()]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "  ".join([name.ljust(left), *(column[k].rjust(width) for column, width in zip(columns, widths, strict=True))])
        for k, name in enumerate(["", *names])
    ]
    return [line.rstrip() for line in lines]


def _yes_or_number(value: float) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else numbers.one(value)


def _seen(view: Any, shown: Iterable[str]) -> Columns:
    columns = {field.name: getattr(view, field.name) for field in fields(view) if field.name in shown}
    return {
        heading(name): _cells(name, column, dash=False)
        for name, column in columns.items()
        if isinstance(column, np.ndarray) and name not in (*PER_POOL, *TO_WHOM, *_to_whom(view))
    }


def _to_whom(view: Any) -> tuple[str, ...]:
    return ("account",) if isinstance(view, EventView) else ()


def _said(answer: Any, n: int) -> Columns:
    """Columns of a proposal, less those that say nothing: defaults, and zeros where another column does not."""
    if answer is None:
        return {}
    columns = {
        field.name: np.broadcast_to(getattr(answer, field.name), n)
        for field in fields(answer)
        if field.name not in (*TOLD_IN_WORDS, "drawn") and not _is_default(field.default, getattr(answer, field.name))
    }
    telling = {name: column for name, column in columns.items() if np.any(np.abs(column) > ROUNDING)}
    told = telling or dict([*columns.items()][:1])
    return {heading(name): _cells(name, column) for name, column in told.items()}


def _burden(event: LossEvent, answer: Allocation) -> Columns:
    """What each account loses against the mark, charges included; nothing where no trade costs or brings anything."""
    placed = np.asarray(answer.close) + np.asarray(answer.assign)
    price = np.where(placed > 0, answer.winner_price, event.mark)
    trade = placed * np.sign(event.contracts) * (price - event.mark)
    if not np.any(np.abs(trade) > CENT):
        return {}
    loss = np.broadcast_to(trade + answer.charge, len(event.candidates.account))
    return {"USD lost": _cells("charge", np.where(np.abs(loss) > CENT, loss, 0.0))}


def _is_default(default: Any, value: Any) -> bool:
    if default is MISSING or value is None or default is None:
        return value is None
    column = np.asarray(value, dtype=np.float64)
    return bool(np.all((column == default) | (np.isnan(column) & np.isnan(default))))


def _cells(name: str, column: Any, dash: bool = True) -> list[str]:
    if name in WORDS:
        return [WORDS[name](int(value)) for value in column]
    if column.dtype == np.bool_:
        return ["yes" if value else "-" for value in column]
    texts = numbers.written([float(value) for value in column])
    if not (dash and name in DASHED):
        return texts
    return [text if abs(value) > ROUNDING else "-" for text, value in zip(texts, column, strict=True)]
