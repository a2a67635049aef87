"""Which columns of a book a policy has read: what is not there, it cannot do without."""

from dataclasses import dataclass, field

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError


class MissingColumnError(Exception):
    """A rule reads a column that its book does not have."""


@dataclass(eq=False)
class ColumnReads:
    """Names of columns in the order in which they were first read.

    `defaulted` are those that stand for what is usual, such as the mark, because the book does not say; `missing` those
    that are not there.
    """

    used: dict[str, None] = field(default_factory=dict)
    defaulted: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)

    def given(self, name: str, column: Floats | None) -> Floats:
        """Return a column of the book; MissingColumnError without it, InputError where it has a gap."""
        if column is None:
            self.missing[name] = None
            raise MissingColumnError(f"the book has no column '{name}'")
        self.used[name] = None
        gaps = int(np.isnan(column).sum())
        if gaps:
            raise InputError(
                f"column '{name}': {gaps:,} of {len(column):,} values are empty; allowed: a number in each row, since "
                "a rule reads it, or no such column at all"
            )
        return column

    def or_else(self, name: str, column: Floats, usual: Floats) -> Floats:
        """Return a column of markets; what is usual where the book says nothing."""
        absent = np.isnan(column)
        (self.defaulted if absent.any() else self.used)[name] = None
        return np.where(absent, usual, column)
