"""What is wrong with the rows of a CSV text, and which row of a spreadsheet each record is; slow, and rarely needed."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from lastresort.books.book import BadRow
from lastresort.mechanisms.contract import Ints
from lastresort.plugins.errors import InputError


class RowNumbers:
    """Row of a spreadsheet in which record `i` of a table stands: blank lines count, lines within quotes do not.

    `kept` are the records that were kept of those that were parsed.
    """

    def __init__(self, text: bytes, start: int, separator: str, before: int, width: int) -> None:
        self.text, self.start, self.separator, self.before, self.width = text, start, separator, before, width
        self.kept: Ints | None = None
        self.skips = False

    def __call__(self, record: int) -> int:
        parsed = int(self.kept[record]) if self.kept is not None else record
        return self.before + 1 + parsed if self._plain else int(self._numbers[parsed])

    def skip_broken(self) -> None:
        """Say that rows of another length than the header were left out."""
        self.skips = True

    @cached_property
    def _plain(self) -> bool:
        return not self.skips and b"\n\n" not in self.text[self.start - 1 :].rstrip(b"\n")

    @cached_property
    def _numbers(self) -> Ints:
        return np.array([row for row, cells in self.records() if len(cells) == self.width])

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Row and cells of each record; blank lines are counted and left out."""
        lines = io.StringIO(self.text[self.start :].decode(), newline="")
        with any_length():
            for row, cells in enumerate(csv.reader(lines, delimiter=self.separator), self.before + 1):
                if len(cells) > 1 or any(cell.strip() for cell in cells):
                    yield row, cells


def broken_rows(numbers: RowNumbers, longest: int) -> list[BadRow]:
    """Return the rows that have more or fewer cells than the header, or a cell of more than `longest` characters."""
    found = []
    for row, cells in numbers.records():
        if len(cells) != numbers.width:
            found.append(BadRow(row, _length(len(cells), numbers.width, numbers.separator)))
        elif max(map(len, cells)) > longest // 2:
            found.append(BadRow(row, f"found a cell of {max(map(len, cells)):,} characters"))
    return found


def open_quote(text: bytes, source: str, separator: str) -> None:
    """Raise InputError where a quote is opened and never closed, which swallows all rows behind it."""
    if b'"' not in text or text.count(b'"') % 2 == 0:
        return
    rows = 0
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator, strict=True)
    try:
        with any_length():
            for _ in reader:
                rows += 1
    except csv.Error as error:
        raise InputError(f"{source}, row {rows + 1}: found a quote that does not end a cell ({error})") from error


def _length(found: int, width: int, separator: str) -> str:
    name = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
    more = f"; cells with {name} in them need quotes" if found > width else ""
    return f"found {found} cells, where the header has {width}{more}"


@contextmanager
def any_length() -> Iterator[None]:
    """Let csv read cells of any length meanwhile."""
    before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)
