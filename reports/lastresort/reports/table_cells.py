"""Rows and cells of tables: a policy, and estimates of it, each number with its interval in small type under it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.document import Cell, Row
from lastresort.scores import Estimate
from lastresort.scores.statistics.estimates import TOO_FEW

NOTHING = Cell(notation.MISSING)
BILLION = 1e9

UNITS = {"USD": (1e6, 1, "$ M"), "seconds": (60.0, 1, "minutes")}
"""How scores of a unit are shown: divided by, decimals, and the unit that comes of it."""


def bracketed(value: float, low: float, high: float, digits: int = 3, sign: bool = False) -> Cell:
    """A number over its interval; nothing in every seed is a bare 0."""
    if value == 0 and not (low < 0 or high > 0):
        return Cell("0")
    return Cell(notation.number(value, digits, sign), notation.bracket(low, high, digits, sign))


def estimated(found: Estimate, undefined: str = notation.MISSING) -> Cell:
    """An estimate as it is; `undefined` where it is NaN."""
    return Cell(undefined) if np.isnan(found.value) else bracketed(found.value, found.low, found.high)


def scaled(found: Estimate, unit: float, digits: int, sign: bool = False) -> Cell:
    """An estimate divided by `unit`."""
    return bracketed(found.value / unit, found.low / unit, found.high / unit, digits, sign)


def in_unit(found: Estimate, unit: str, sign: bool = False) -> Cell:
    """An estimate in the unit in which scores of its unit are shown."""
    size, digits, _ = UNITS.get(unit, (1.0, 3, unit))
    return scaled(found, size, digits, sign)


def shown_unit(unit: str) -> str:
    """The unit in which scores of a unit are shown."""
    return UNITS.get(unit, (1.0, 3, unit))[2]


def money(found: Estimate) -> Cell:
    """An estimate in USD over its interval."""
    return Cell(notation.dollars(found.value), _ends(found, notation.dollars))


def share(found: Estimate) -> Cell:
    """A share as per cent over its interval."""
    return Cell(notation.share(found.value), _ends(found, lambda end: notation.number(100 * end, 1)))


def _ends(found: Estimate, write: Callable[[float], str]) -> str:
    """The interval, or that there are too few runs for one; nothing beside a bare 0."""
    if found.note == TOO_FEW:
        return "too few runs"
    known = np.isfinite([found.low, found.high]).all() and found.low < found.high
    return f"[{write(found.low)}, {write(found.high)}]" if known else ""


def remarked(cell: Cell, remark: str) -> Cell:
    """The same cell with a remark after its detail."""
    return replace(cell, detail=" · ".join(filter(None, (cell.detail, remark))))


def policy_row(policy: Policy, row: Sequence[Cell]) -> Row:
    """A row about a policy, by its title, with its name in small type."""
    return Row((policy.title,), row, policy.name, policy.name)


def written(found: Estimate) -> str:
    """An estimate with its interval."""
    return notation.with_interval(found.value, found.low, found.high)
