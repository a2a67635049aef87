"""Which columns of a book a policy has read: what is not there, it cannot do without."""

from dataclasses import dataclass, field

import numpy as np

from lastresort.mechanisms.contract import Floats


class MissingColumnError(Exception):
    """A rule reads a column that its book does not have."""


class ColumnGapError(Exception):
    """A rule reads a column that has gaps: its name, the first row without a number, and how many there are."""

    def __init__(self, name: str, row: int, gaps: int) -> None:
        super().__init__(name, row, gaps)
        self.name, self.row, self.gaps = name, row, gaps


@dataclass(eq=False)
class ColumnReads:
    """Names of columns in the order in which they were first read.

    `defaulted` are those that stand for what is usual, such as the mark, because the book does not say; `missing` those
    that are not there. `gap` is the gap that was met.
    """

    used: dict[str, None] = field(default_factory=dict)
    defaulted: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    gap: ColumnGapError | None = None

    def given(self, name: str, column: Floats | None) -> Floats:
        """Return a column of the book; MissingColumnError without it, ColumnGapError where it has a gap."""
        if column is None:
            self.missing[name] = None
            raise MissingColumnError(f"the book has no column '{name}'")
        self.used[name] = None
        gaps = np.flatnonzero(np.isnan(column))
        if len(gaps):
            self.gap = ColumnGapError(name, int(gaps[0]), len(gaps))
            raise self.gap
        return column

    def or_else(self, name: str, column: Floats, usual: Floats) -> Floats:
        """Return a column of markets; what is usual where the book says nothing."""
        absent = np.isnan(column)
        (self.defaulted if absent.any() else self.used)[name] = None
        return np.where(absent, usual, column)
