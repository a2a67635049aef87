"""A book out of a file or a data frame, with what its owner adds: the only way in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lastresort.books.book import Book, Reading
from lastresort.books.reading.bad_rows import BadRows
from lastresort.books.reading.book_building import BookBuilding
from lastresort.books.reading.decimal_marks import decimal_mark
from lastresort.books.reading.id_cells import unfit
from lastresort.books.reading.layout import Layout, layout
from lastresort.books.reading.lots import with_lots
from lastresort.books.reading.missing_headers import ignored, refuse_missing
from lastresort.books.reading.money_in_usd import in_usd
from lastresort.books.reading.opened_file import opened
from lastresort.books.reading.position_rows import PositionRows, position_rows
from lastresort.books.reading.raw_table import RawTable, quoted
from lastresort.books.reading.sourced_columns import SourcedColumns, plain_layout
from lastresort.books.reading.table_columns import BY_NAME, Content, normalised
from lastresort.books.reading.typed_table import frame_table
from lastresort.books.reading.unit_cash import counts, moneyless
from lastresort.mechanisms.contract import Ints
from lastresort.plugins.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Added:
    """What the owner of a table adds to it: see Book.read."""

    map: str | Path | None = None
    account: str | None = None
    equity: float | None = None
    collateral: float | None = None
    owner: str | None = None
    fx: Mapping[str, float] | None = None
    decimal: str | None = None
    drop_bad: bool = False
    lots: Mapping[str, float] | None = None


def book_from_file(path: str | Path, added: Added) -> Book:
    """Return the book of a file; InputError, in one sentence, for whatever is wrong with it."""
    found = None if added.map is None else layout(added.map)
    headers = {*BY_NAME} if found is None else {*map(normalised, found.headers())}
    table = opened(path, found or Layout(title="a book's own table"), headers, added.drop_bad)
    return _book(table, found, added)


def book_from_frame(frame: "pd.DataFrame", added: Added) -> Book:
    """Return the book of a data frame; InputError, in one sentence, for whatever is wrong with it."""
    found = None if added.map is None else layout(added.map)
    return _book(frame_table(frame, "data frame"), found, added)


def _book(table: RawTable, mapped: Layout | None, added: Added) -> Book:
    refuse_missing(table, mapped, added.account is not None, added.equity is not None or added.collateral is not None)
    if not table.size:
        raise InputError(f"{table.source}: has no rows; allowed: a row for each position")
    used = mapped or plain_layout([name for name in BY_NAME if name in table.columns])
    bad = BadRows(table)
    columns = SourcedColumns(table, used, _mark(table, used, added), bad)
    found = position_rows(columns, _id(added.account, "--account"), _id(added.owner, "--owner"), mapped is None)
    found = _settled(bad, found, added)
    notes = in_usd(columns, found, added.fx)
    _add_money(found, columns, mapped, added)
    bad.add(*_moneyless(columns, found, mapped))
    found = _settled(bad, found, added)
    counted = counts(found)
    building = BookBuilding(columns, found if counted.all() else found.taken(counted))
    reading = Reading(
        sources=(table.source,),
        rows=table.size + len(table.left_out),
        flat=tuple(found.texts["raw_market"].of(row) for row in np.flatnonzero(found.flat).tolist()),
        dropped=tuple(sorted((*table.left_out, *bad.dropped()), key=lambda one: one.row)),
        notes=(*table.notes, *(() if mapped else ignored(table)), *(f"{table.source}: {note}" for note in notes)),
    )
    return with_lots(building.book(reading), added.lots or {}, "--lot")


def _mark(table: RawTable, used: Layout, added: Added) -> str:
    if added.decimal not in (None, ".", ","):
        raise InputError(f"--decimal: found {added.decimal!r}; allowed: '.' or ','")
    numeric = [one for one in used.columns if BY_NAME[one].content in (Content.NUMBER, Content.TIME)]
    headers = {normalised(header) for one in numeric for header in used.columns[one].headers()}
    return (
        added.decimal or used.decimal or decimal_mark(table, [table.columns[one] for one in headers & {*table.columns}])
    )


def _id(text: str | None, option: str) -> str | None:
    """An id that holds in all rows, checked as those of a table."""
    if text is None:
        return None
    wrong = unfit(np.array([text.strip()], dtype=object))
    if not text.strip() or wrong:
        raise InputError(f"{option}: found {quoted(text)}; {wrong.get(0, 'allowed: a text')}")
    return text.strip()


def _settled(bad: BadRows, found: PositionRows, added: Added) -> PositionRows:
    """Rows without the bad ones, which are refused unless they may be left out."""
    if not added.drop_bad:
        bad.refuse()
    return found.taken(~bad.mask[found.rows]) if bad.found else found


def _add_money(found: PositionRows, columns: SourcedColumns, mapped: Layout | None, added: Added) -> None:
    """Put the money that was given in place of what a layout finds; a table with such a column needs none."""
    for name, money in (("equity", added.equity), ("collateral", added.collateral)):
        if money is None:
            continue
        if not np.isfinite(money):
            raise InputError(f"--{name}: found {money!r}; allowed: a number of USD")
        if mapped is None and columns.has(name):
            raise InputError(f"{columns.table.source}: has a column '{name}', so that --{name} is not needed; give one")
        _refuse_several(found, columns, name)
        before = found.numbers.get(name, np.full(len(found.rows), np.nan))
        found.numbers[name] = np.where(found.isolated, before, float(money))


def _refuse_several(found: PositionRows, columns: SourcedColumns, name: str) -> None:
    names = [found.texts[one].taken(~found.isolated) for one in ("venue", "account")]
    accounts = {*zip(*(one.codes.tolist() for one in names), strict=True)}
    if len(accounts) > 1:
        raise InputError(
            f"{columns.table.source}: has {len(accounts):,} accounts, and --{name} is the money of one; allowed: a "
            f"column '{name}'"
        )


def _moneyless(
    columns: SourcedColumns, found: PositionRows, mapped: Layout | None
) -> tuple[Ints, Callable[[int], str]]:
    def sentence(row: int) -> str:
        account = f"account {quoted(columns.text('account').of(row) or str(found.texts['account'].names[0]))}"
        return (
            f", column '{header}': {account} has neither collateral nor equity; allowed: one of them in some row{hint}"
        )

    hint = ", or --equity" if mapped else ""
    header = next((name for name in ("collateral", "equity") if columns.has(name)), "collateral")
    building = BookBuilding(columns, found)
    return found.rows[moneyless(found, building.unit, building.units)], sentence
