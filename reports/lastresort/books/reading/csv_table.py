"""A table from CSV: separator and header found, every cell kept as text, every row told apart."""

import csv
import io
from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from lastresort.books.book import BadRow
from lastresort.books.reading.csv_faults import RowNumbers, any_length, broken_rows, open_quote
from lastresort.books.reading.headers_found import columns_by_header
from lastresort.books.reading.raw_table import Cells, RawTable, further
from lastresort.books.reading.table_columns import normalised
from lastresort.plugins.errors import InputError

SEPARATORS = ",;\t|"
MOST = 1000
"""Columns of a table."""

BLOCK = 1 << 24
"""Bytes that are parsed at once, and so the longest row."""


def csv_table(text: bytes, source: str, known: Collection[str], drop_bad: bool) -> RawTable:
    """Return the cells of a CSV text; `known` are normalised headers, by which the separator is found.

    Raises InputError for an empty text, too many columns, duplicate headers, and for rows of another length than the
    header, which `drop_bad` leaves out. Rows without any text are blank lines.
    """
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    separator, headers, start, before = _header(text, source, known)
    open_quote(text, source, separator)
    numbers = RowNumbers(text, start, separator, before, len(headers))
    body = memoryview(text)[start:]
    table, left_out = _body(body, headers, separator, source, numbers, drop_bad)
    table = _without_blank_rows(table, numbers)
    arrays = [_joined(column) for column in table.columns]
    cells = [Cells(header.strip(), array) for header, array in zip(headers, arrays, strict=True)]
    return RawTable(source, "row", table.num_rows, columns_by_header(source, cells), numbers, left_out)


def _header(text: bytes, source: str, known: Collection[str]) -> tuple[str, list[str], int, int]:
    """Separator, headers, where the first row of data begins, and the rows before that."""
    start = before = 0
    line = b""
    while start < len(text) and not line.strip():
        line, start, before = _line(text, start)[0], _line(text, start)[1], before + 1
        if line.strip().lower().startswith(b"sep=") and len(line.strip()) == 5:
            line = b""
    if not line.strip():
        raise InputError(f"{source}: is empty; allowed: a table with a header and a row for each position")
    separator = _separator(line.decode(), known)
    lines = _Lines(text, start - len(line))
    with any_length():
        headers = next(csv.reader(lines, delimiter=separator))
    if len(headers) > MOST:
        raise InputError(f"{source}: found {len(headers):,} columns; allowed: up to {MOST:,}")
    return separator, headers, lines.at, before


def _line(text: bytes, start: int) -> tuple[bytes, int]:
    end = text.find(b"\n", start) + 1 or len(text)
    return text[start:end], end


class _Lines(Iterator[str]):
    """Lines of a text from some byte on; `at` is the byte after the last."""

    def __init__(self, text: bytes, at: int) -> None:
        self.text, self.at = text, at

    def __next__(self) -> str:
        if self.at >= len(self.text):
            raise StopIteration
        line, self.at = _line(self.text, self.at)
        return line.decode()


def _separator(line: str, known: Collection[str]) -> str:
    def worth(separator: str) -> tuple[int, int]:
        found = next(csv.reader(io.StringIO(line), delimiter=separator), [])
        return sum(normal in known for normal in map(normalised, found)), len(found)

    with any_length():
        return max(SEPARATORS, key=worth)


def _body(
    body: memoryview, headers: list[str], separator: str, source: str, numbers: RowNumbers, drop_bad: bool
) -> tuple[pa.Table, tuple[BadRow, ...]]:
    if not len(body):
        return pa.table({str(at): pa.array([], pa.string()) for at in range(len(headers))}), ()
    try:
        return _parsed(body, len(headers), separator, skipping=False), ()
    except pa.ArrowInvalid as error:
        broken = broken_rows(numbers, BLOCK)
        if broken and not drop_bad:
            raise InputError(f"{source}, row {broken[0].row}: {broken[0].reason}{further(len(broken) - 1)}") from error
        numbers.skip_broken()
        named = tuple(BadRow(one.row, f"{source}, row {one.row}: {one.reason}") for one in broken)
        return _parsed(body, len(headers), separator, skipping=True), named


def _parsed(body: memoryview, width: int, separator: str, skipping: bool) -> pa.Table:
    names = [str(at) for at in range(width)]
    return arrow_csv.read_csv(
        pa.py_buffer(body),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK),
        parse_options=arrow_csv.ParseOptions(
            delimiter=separator,
            newlines_in_values=b'"' in body.obj,  # type: ignore[operator]
            invalid_row_handler=(lambda row: "skip") if skipping else None,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _without_blank_rows(table: pa.Table, numbers: RowNumbers) -> pa.Table:
    """Leave out rows whose cells are all empty; their numbers go on counting."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            return table
        empty = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0)
        blank &= empty.to_numpy()
    if not blank.any():
        return table
    numbers.kept = np.flatnonzero(~blank)
    return table.filter(pa.array(~blank))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
