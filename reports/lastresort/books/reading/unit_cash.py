"""The cash of margin units: as given, or what is left of their equity without profit and spot."""

from collections.abc import Callable

import numpy as np

from lastresort.books.book import Kind
from lastresort.books.reading.group_agreement import agreed
from lastresort.books.reading.position_rows import PositionRows
from lastresort.books.reading.raw_table import quoted
from lastresort.books.reading.sourced_columns import SourcedColumns
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError

CENT = 0.01
"""USD by which equity and collateral may differ where both are given."""


def moneyless(found: PositionRows, unit: Ints, units: int) -> Ints:
    """Rows of units in which no row has collateral or equity, flat rows aside."""
    rows = has_money(found)
    if rows.all():
        return np.flatnonzero(~rows)
    has = np.bincount(unit, rows, units) > 0
    return np.flatnonzero(~has[unit] & ~found.flat)


def counts(found: PositionRows) -> Bools:
    """Rows that say something of an account: positions, and flat ones that have money."""
    return np.asarray(~found.flat | has_money(found))


def unit_cash(columns: SourcedColumns, found: PositionRows, unit: Ints, units: int) -> Floats:
    """Return the cash of each unit `[U]` in USD; InputError where rows are at odds, or equity with collateral."""
    cash = _agreed(columns, found, "collateral", unit, units)
    equity = _agreed(columns, found, "equity", unit, units)
    profit, gross = _worth(found, unit, units)
    both = ~np.isnan(cash) & ~np.isnan(equity)
    apart = np.abs(equity - profit - np.where(both, cash, 0))
    odd = np.flatnonzero(both & (apart > CENT * (1 + 1e-9) + 1e-13 * gross))
    if len(odd):
        raise InputError(_apart(columns, found, int(np.argmax(unit == odd[0])), float(apart[odd[0]])))
    return np.where(np.isnan(cash), equity - profit, cash)


def has_money(found: PositionRows) -> Bools:
    """Rows that say what their unit owns."""
    has = np.zeros(len(found.rows), dtype=bool)
    for name in ("collateral", "equity"):
        if name in found.numbers:
            has |= ~np.isnan(found.numbers[name])
    return has


def _agreed(columns: SourcedColumns, found: PositionRows, name: str, unit: Ints, units: int) -> Floats:
    if name not in found.numbers:
        return np.full(units, np.nan)
    return agreed(found.numbers[name], unit, units, _odds(columns, found, name))


def _odds(columns: SourcedColumns, found: PositionRows, name: str) -> Callable[[int, int], str]:
    def tell(one: int, other: int) -> str:
        rows = [int(found.rows[row]) for row in (one, other)]
        first, second = (columns.shown(name, row) for row in rows)
        account = quoted(found.texts["account"].of(other))
        before = f"{columns.table.word} {columns.table.number(rows[0])}"
        return (
            f"{columns.table.where(rows[1])}, column '{columns.header(name, rows[1])}': found {second}, but {before} "
            f"has {first} for the same account {account}; allowed: the same in all its rows that are not isolated"
        )

    return tell


def _worth(found: PositionRows, unit: Ints, units: int) -> tuple[Floats, Floats]:
    """Profit of contracts and value of spot of each unit, and the size of what was added up."""
    held = np.flatnonzero(~found.flat)
    quantity, entry, mark = (found.numbers[name][held] for name in ("quantity", "entry_price", "mark_price"))
    kind = found.kind[held]
    profit = quantity * (mark - entry) * np.where(kind == Kind.INVERSE, mark / entry, 1)
    worth = np.where(kind == Kind.SPOT, quantity * mark, profit)
    gross = np.abs(quantity) * (mark + entry)
    return _sums(unit[held], worth, units), _sums(unit[held], gross, units)


def _sums(unit: Ints, values: Floats, units: int) -> Floats:
    return np.asarray(np.bincount(unit, values, units), dtype=float)


def _apart(columns: SourcedColumns, found: PositionRows, row: int, apart: float) -> str:
    at = int(found.rows[row])
    equity, cash = (columns.shown(name, at) for name in ("equity", "collateral"))
    return (
        f"{columns.table.where(at)}, column 'equity': found {equity}, which is {apart:,.2f} USD away from collateral "
        f"{cash} with profit; allowed: one of the two columns, or both agreeing to a cent"
    )
