"""The columns of a book out of a table, each from where its layout says, with the cells that are none."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from lastresort.books.reading.bad_rows import BadRows
from lastresort.books.reading.id_cells import Coded, as_texts, coded, constant, nothing, unfit
from lastresort.books.reading.layout import Case, Layout, Sourced
from lastresort.books.reading.number_texts import number, remedy
from lastresort.books.reading.numeric_cells import Numbers, moment, numbers
from lastresort.books.reading.raw_table import Cells, RawTable, quoted
from lastresort.books.reading.table_columns import BY_NAME, BookColumn, Content, normalised
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import one_of


class SourcedColumns:
    """Numbers and texts of a book's columns in all rows of a table; what cannot be used is added to `bad`."""

    def __init__(self, table: RawTable, layout: Layout, mark: str, bad: BadRows) -> None:
        self.table, self.layout, self.mark, self.bad = table, layout, mark, bad
        self._numbers: dict[tuple[str, bool], Numbers] = {}
        self._texts_read: dict[str, tuple[Coded, Bools]] = {}
        self.cases = [(case, self._matching(case)) for case in layout.cases]

    def has(self, name: str) -> bool:
        """Whether a column has a source for some row."""
        return any(True for _ in self._sources(name))

    def number(self, name: str) -> Floats:
        """Numbers of a column `[N]`, NaN where there is none."""
        column, found = BY_NAME[name], np.full(self.table.size, np.nan)
        for source, rows in self._sources(name):
            found[rows] = self._value(source, column, rows)[rows]
        return found

    def text(self, name: str) -> Coded:
        """Texts of a column `[N]`."""
        found = nothing(self.table.size)
        for source, rows in self._sources(name):
            texts = self._texts(source, name, rows)
            found = texts if rows.all() else _where(rows, texts, found)
        return found

    def header(self, name: str, row: int) -> str:
        """The header under which a row has a column, or the column's own name."""
        found = name
        for source, rows in self._sources(name):
            if rows[row] and source.text is None:
                found = self._header(source.of or source.joined[0])
        return found

    def remedy(self, name: str, row: int) -> str:
        """What its layout says of a row that lacks a column, empty where it says nothing."""
        found = [source.remedy or "" for source, rows in self._sources(name) if rows[row]]
        return found[-1] if found else ""

    def shown(self, name: str, row: int) -> str:
        """What a row has in a column, as errors show it."""
        sources = [source for source, rows in self._sources(name) if rows[row]]
        cells = self.cells(sources[-1].of) if sources and sources[-1].of else None
        return "nothing" if cells is None else cells.shown(row)

    def raw(self, name: str) -> Coded:
        """Texts of a column before its pattern and words."""
        source = self.layout.columns.get(name)
        cells = self.cells(source.of) if source and source.of else None
        return self.text(name) if cells is None else self._coded(cells)[0]

    def refused(self) -> Iterator[tuple[str, Bools]]:
        """Reasons why rows are refused unless they are flat, with the rows."""
        for case, rows in self.cases:
            if case.refuse:
                yield case.refuse, rows

    def cells(self, header: str | None) -> Cells | None:
        """The cells under a header; None where the table has none."""
        return self.table.columns.get(normalised(header)) if header else None

    def _sources(self, name: str) -> Iterator[tuple[Sourced, Bools]]:
        """Sources of a column that the table has, with the rows they hold for; later ones go first."""
        everywhere = np.ones(self.table.size, dtype=bool)
        if name in self.layout.columns and self._is_there(self.layout.columns[name]):
            yield self.layout.columns[name], everywhere
        for case, rows in self.cases:
            if name in case.columns and rows.any():
                yield case.columns[name], rows

    def _is_there(self, source: Sourced) -> bool:
        wanted = [source.of] if source.of else list(source.joined)
        return all(self.cells(header) is not None for header in wanted)

    def _matching(self, case: Case) -> Bools:
        found = [self._search(header, pattern) for header, pattern in case.when.items()]
        return np.asarray(np.logical_and.reduce(found), dtype=bool)

    def _search(self, header: str, pattern: str) -> Bools:
        cells = self.cells(header)
        if cells is None:
            return np.zeros(self.table.size, dtype=bool)
        texts, _ = self._coded(cells)
        found = [re.search(pattern, str(name)) is not None for name in texts.names]
        return np.array([*found, False], dtype=bool)[texts.codes]

    def _value(self, source: Sourced, column: BookColumn, rows: Bools) -> Floats:
        """(of - minus) * times / per * scale; nothing times anything is nothing."""
        found = self._read(source.of, column, rows)
        if source.minus:
            found = found - np.nan_to_num(self._read(source.minus, column, rows))
        flat = found == 0
        with np.errstate(all="ignore"):
            for header in source.times:
                found = found * self._read(header, column, rows)
            if source.per:
                found = found / self._read(source.per, column, rows)
        found = found if source.scale == 1 else found * source.scale
        return np.where(flat, 0.0, np.abs(found) if source.absolute else found) if len(source.headers()) > 1 else found

    def _read(self, header: str | None, column: BookColumn, rows: Bools) -> Floats:
        cells = self.cells(header)
        if cells is None or header is None:
            return np.full(self.table.size, np.nan)
        times = column.content is Content.TIME
        key = (normalised(header), times)
        if key not in self._numbers:
            self._numbers[key] = numbers(cells, self.mark, moment if times else number)
        found = self._numbers[key]
        if found.bad.any():
            self.bad.add(np.flatnonzero(found.bad & rows), lambda row: self._no_number(cells, column, row))
        return found.values

    def _no_number(self, cells: Cells, column: BookColumn, row: int) -> str:
        text = str(cells.values[row].as_py())
        allowed = "a number" if column.content is not Content.TIME else "seconds since 1970 or a time as ISO 8601"
        return f", column '{cells.header}': found {quoted(text)}; allowed: {allowed}; {remedy(text, self.mark)}"

    def _texts(self, source: Sourced, name: str, rows: Bools) -> Coded:
        if source.text is not None:
            return constant(source.text, self.table.size)
        if source.joined:
            return self._joined(source, rows)
        found = self._ids(source.of, rows, fractions=BY_NAME[name].content is Content.WORD)
        if not (source.pattern or source.words):
            return found
        return found.renamed([_kept(str(one), source) for one in found.names])

    def _joined(self, source: Sourced, rows: Bools) -> Coded:
        parts = [self._ids(header, rows) for header in source.joined]
        width = [len(part.names) + 1 for part in parts]
        codes = np.ravel_multi_index(tuple(part.codes + 1 for part in parts), tuple(width))
        _, first, back = np.unique(codes, return_index=True, return_inverse=True)
        names = ["/".join(part.of(row) for part in parts) for row in first.tolist()]
        return coded(pa.array(names, type=pa.string())).at(back)

    def _ids(self, header: str | None, rows: Bools, fractions: bool = False) -> Coded:
        cells = self.cells(header)
        if cells is None:
            return nothing(self.table.size)
        found, broken = self._coded(cells)
        if broken.any() and not fractions:
            self.bad.add(np.flatnonzero(broken & rows), lambda row: self._no_text(cells, row))
        if wrong := unfit(found.names):
            said = np.isin(found.codes, list(wrong)) & rows
            self.bad.add(
                np.flatnonzero(said),
                lambda row: f", column '{cells.header}': found {cells.shown(row)}; {wrong[int(found.codes[row])]}",
            )
        return found

    def _coded(self, cells: Cells) -> tuple[Coded, Bools]:
        key = normalised(cells.header)
        if key not in self._texts_read:
            self._texts_read[key] = as_texts(cells)
        return self._texts_read[key]

    def _no_text(self, cells: Cells, row: int) -> str:
        return (
            f", column '{cells.header}': found {cells.values[row].as_py()}, which is no text; allowed: a text or a "
            f"whole number, since an id that was read as a number may have lost digits"
        )

    def _header(self, header: str) -> str:
        cells = self.cells(header)
        return header if cells is None else cells.header


def _where(rows: Bools, one: Coded, other: Coded) -> Coded:
    names = np.concatenate([one.names, other.names])
    codes = np.where(rows, one.codes, np.where(other.codes < 0, -1, other.codes + len(one.names)))
    return coded(pa.array(names, type=pa.string())).at(codes)


def _kept(name: str, source: Sourced) -> str:
    match = re.search(source.pattern, name) if source.pattern else None
    kept = match.group(1 if match.re.groups else 0) if match else name
    return source.words.get(kept or "", kept or "")


def plain_layout(headers: Iterator[str] | list[str]) -> Layout:
    """The layout of a table whose headers are the names of the book's columns."""
    return Layout(title="a book's own table", columns={name: Sourced(of=name) for name in headers})


def words(columns: SourcedColumns, name: str, bad: BadRows) -> Coded:
    """Texts of a column of words by what they mean; others are added to `bad`."""
    found = columns.text(name)
    meaning = dict(BY_NAME[name].words)
    known = [meaning.get(str(one).casefold()) for one in found.names]
    unknown = [at for at, one in enumerate(known) if one is None]
    if unknown:
        bad.add(np.flatnonzero(np.isin(found.codes, unknown)), lambda row: _unknown_word(columns, name, found, row))
    return found.renamed([one or "" for one in known])


def _unknown_word(columns: SourcedColumns, name: str, found: Coded, row: int) -> str:
    text = found.of(row)
    hint = ""
    if name == "margin" and number(text, columns.mark) is not None:
        hint = "; a number here is the initial margin, which goes into column 'initial_margin'"
    allowed = one_of(dict.fromkeys(word for word, _ in BY_NAME[name].words))
    return f", column '{columns.header(name, row)}': found {quoted(text)}; allowed: {allowed}{hint}"


def rows_without(values: Coded | Floats, rows: Bools) -> Ints:
    """Those of some rows that have no text or no number."""
    missing = values.codes < 0 if isinstance(values, Coded) else np.isnan(values)
    return np.flatnonzero(missing & rows)
