"""Rows that cannot be used: the first is told with a count of the others, or all are left out and named."""

from collections.abc import Callable

import numpy as np

from lastresort.books.book import BadRow
from lastresort.books.reading.raw_table import RawTable, further
from lastresort.mechanisms.contract import Bools, Ints
from lastresort.plugins.errors import InputError


class BadRows:
    """Bad rows of a table: of each, the first thing that is wrong with it."""

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self.found: list[tuple[Ints, Callable[[int], str]]] = []
        self.mask: Bools = np.zeros(table.size, dtype=bool)

    def add(self, rows: Ints, sentence: Callable[[int], str]) -> None:
        """Call rows bad; `sentence` says of one of them what is wrong, as ", column 'x': found ..."."""
        fresh = rows[~self.mask[rows]]
        if len(fresh):
            self.mask[fresh] = True
            self.found.append((fresh, sentence))

    def refuse(self) -> None:
        """Raise InputError for the first of them, if there is one."""
        if self.found:
            rows, sentence = min(self.found, key=lambda one: int(one[0].min()))
            first = int(rows.min())
            more = further(int(self.mask.sum()) - 1)
            raise InputError(f"{self.table.where(first)}{sentence(first)}{more}")

    def dropped(self) -> tuple[BadRow, ...]:
        """All of them, in the order of the table."""
        named = {row: sentence for rows, sentence in self.found for row in rows.tolist()}
        return tuple(
            BadRow(self.table.number(row), f"{self.table.where(row)}{named[row](row)}") for row in sorted(named)
        )
