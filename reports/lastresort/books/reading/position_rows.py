"""Rows of a table as positions: numbers with signs and bounds, texts with defaults, bad rows refused or left out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lastresort.books.book import Kind
from lastresort.books.reading.id_cells import Coded, constant
from lastresort.books.reading.signs import directions, refuse_unsigned, signed
from lastresort.books.reading.sourced_columns import SourcedColumns, rows_without, words
from lastresort.books.reading.table_columns import BY_NAME, COLUMNS, BookColumn, Content, Unit
from lastresort.mechanisms.contract import Bools, Floats, Ints

LARGEST = 1e100
"""Size of any number, and USD of a position, so that nothing reckoned with it overflows."""

OF_POSITIONS = ("entry_price", "mark_price")
"""Prices that a row needs unless it is flat."""


@dataclass(frozen=True, eq=False)
class PositionRows:
    """Columns `[N]` of the rows that are kept, which are `rows` of the table; those that are `flat` hold nothing."""

    rows: Ints
    numbers: dict[str, Floats]
    texts: dict[str, Coded]
    kind: Ints
    isolated: Bools
    direction: Ints
    flat: Bools

    def taken(self, kept: Ints | Bools) -> "PositionRows":
        """Some of them."""
        return PositionRows(
            self.rows[kept],
            {name: column[kept] for name, column in self.numbers.items()},
            {name: column.taken(kept) for name, column in self.texts.items()},
            self.kind[kept],
            self.isolated[kept],
            self.direction[kept],
            self.flat[kept],
        )


def position_rows(columns: SourcedColumns, account: str | None, owner: str | None, checks_signs: bool) -> PositionRows:
    """Return all rows of a table; what cannot be used is added to the bad rows of `columns`.

    `account` and `owner` hold in all rows that have none; `checks_signs` refuses tables without any signs.
    """
    size, bad = columns.table.size, columns.bad
    texts = {name: columns.text(name) for name in ("account", "market", "owner", "venue", "currency")}
    texts |= {"raw_market": columns.raw("market")}
    texts |= _defaults({"account": account, "owner": owner, "venue": "venue"}, texts, size)
    side, kind, margin = (words(columns, name, bad) for name in ("side", "kind", "margin"))
    numbers = {one.name: columns.number(one.name) for one in COLUMNS if _is_read(one, columns)}
    flat = numbers["quantity"] == 0
    found = PositionRows(
        np.arange(size),
        numbers,
        texts,
        _kinds(kind),
        _is(margin, "isolated"),
        directions(side),
        flat,
    )
    _need(columns, found)
    _keep_bounds(columns, found)
    _refuse(columns, flat)
    _sign(columns, found, checks_signs)
    return found


def _is_read(column: BookColumn, columns: SourcedColumns) -> bool:
    return column.content in (Content.NUMBER, Content.TIME) and columns.has(column.name)


def _defaults(given: dict[str, str | None], texts: dict[str, Coded], size: int) -> dict[str, Coded]:
    """Texts of rows that have none."""
    found = {}
    for name, text in given.items():
        codes = texts[name].codes
        if text is not None and (codes < 0).any():
            names = [*texts[name].names, text]
            found[name] = constant(text, size) if (codes < 0).all() else _filled(texts[name], names)
    return found


def _filled(column: Coded, names: list[str]) -> Coded:
    known = {str(name): at for at, name in reversed([*enumerate(names)])}
    codes = np.where(column.codes < 0, known[str(names[-1])], column.codes)
    return Coded(codes, np.array(names, dtype=object))


def _kinds(kind: Coded) -> Ints:
    found = [Kind[str(name).upper()] for name in kind.names]
    return np.array([*found, Kind.PERP], dtype=np.int64)[kind.codes]


def _is(column: Coded, word: str) -> Bools:
    return np.array([*(str(name) == word for name in column.names), False], dtype=bool)[column.codes]


def _need(columns: SourcedColumns, found: PositionRows) -> None:
    every = np.ones(columns.table.size, dtype=bool)
    for name in ("account", "market"):
        columns.bad.add(rows_without(found.texts[name], every), _empty(columns, name, "a text"))
    columns.bad.add(rows_without(found.numbers["quantity"], every), _empty(columns, "quantity", "a number"))
    for name in OF_POSITIONS:
        lacking = rows_without(found.numbers[name], ~found.flat)
        columns.bad.add(lacking, _empty(columns, name, BY_NAME[name].allowed))


def _empty(columns: SourcedColumns, name: str, allowed: str) -> Callable[[int], str]:
    def sentence(row: int) -> str:
        remedy = columns.remedy(name, row)
        if remedy:
            return f", market '{columns.raw('market').of(row)}': {name} cannot be reckoned; {remedy}"
        shown = columns.shown(name, row)
        return f", column '{columns.header(name, row)}': found {shown}; allowed: {allowed}"

    return sentence


def _keep_bounds(columns: SourcedColumns, found: PositionRows) -> None:
    """Numbers of flat rows may be anything: an export has 0 there."""
    for name, values in found.numbers.items():
        low, high = BY_NAME[name].low, BY_NAME[name].high
        columns.bad.add(np.flatnonzero(_beyond_reckoning(values, BY_NAME[name].above)), _size(columns, name))
        if low is None:
            continue
        beyond = (values <= low) if BY_NAME[name].above else (values < low)
        beyond |= values > high if high is not None else np.zeros(len(values), dtype=bool)
        columns.bad.add(np.flatnonzero(beyond & ~found.flat), _bound(columns, name))
        if BY_NAME[name].unit is Unit.PRICE:
            values[beyond & found.flat] = np.nan
    _keep_sizes(columns, found)


def _bound(columns: SourcedColumns, name: str) -> Callable[[int], str]:
    return lambda row: (
        f", column '{columns.header(name, row)}': found {columns.shown(name, row)}; allowed: {BY_NAME[name].allowed}"
    )


def _beyond_reckoning(values: Floats, is_divisor: bool) -> Bools:
    size = np.abs(values)
    return np.asarray((size > LARGEST) | (is_divisor & (size > 0) & (size < 1 / LARGEST)))


def _size(columns: SourcedColumns, name: str) -> Callable[[int], str]:
    return lambda row: (
        f", column '{columns.header(name, row)}': found {columns.shown(name, row)}; allowed: a number from 1e-100 to "
        f"1e100 in size"
    )


def _keep_sizes(columns: SourcedColumns, found: PositionRows) -> None:
    times = np.nan_to_num(found.numbers.get("multiplier", np.ones(len(found.rows))), nan=1.0)
    entry, mark = (found.numbers[name] for name in OF_POSITIONS)
    with np.errstate(all="ignore"):
        size = np.abs(found.numbers["quantity"] * times)
        dearest = size * np.fmax(np.fmax(entry, mark), np.where(found.kind == Kind.INVERSE, mark * mark / entry, 0))
    columns.bad.add(
        np.flatnonzero((dearest > LARGEST) & ~found.flat),
        lambda row: (
            f", column '{columns.header('quantity', row)}': found {columns.shown('quantity', row)}, which at "
            f"its prices is more than 1e100; allowed: less"
        ),
    )


def _refuse(columns: SourcedColumns, flat: Bools) -> None:
    for reason, rows in columns.refused():
        columns.bad.add(
            np.flatnonzero(rows & ~flat),
            lambda row, reason=reason: f": {columns.raw('market').of(row)}: {reason}",  # type: ignore[misc]
        )


def _sign(columns: SourcedColumns, found: PositionRows, checks_signs: bool) -> None:
    cells = columns.cells(columns.layout.columns["quantity"].of)
    if cells is None:
        return
    quantity = found.numbers["quantity"]
    if checks_signs and not found.direction.any() and not columns.bad.found:
        contracts = ~found.flat & (found.kind != Kind.SPOT)
        refuse_unsigned(columns.table, cells, quantity, contracts, found.texts["account"].codes, columns.has("side"))
    spot = found.kind == Kind.SPOT
    has_side = found.direction.any()
    direction = np.where(has_side & spot & (found.direction == 0) & (quantity > 0), 1, found.direction)
    found.numbers["quantity"] = signed(quantity, direction, cells, columns.layout.signs, columns.bad)
