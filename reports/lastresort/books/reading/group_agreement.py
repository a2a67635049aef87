"""What rows of one account or market repeat, and whether they agree."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError

DENSE = 8
"""Keys per row up to which they are looked up in a table."""

CLOSE = 1e-12
"""Relative difference of numbers that are the same, since a rate of exchange may have been between them."""


def grouped(key: Ints) -> tuple[Ints, int]:
    """Return the group of each row, by equal keys from 0 on in order of appearance, and the number of groups."""
    highest = int(key.max(initial=-1)) + 1
    if highest > DENSE * len(key):
        group, distinct = pd.factorize(key)
        return np.asarray(group, dtype=np.int64), len(distinct)
    first = np.full(highest, -1, dtype=np.int64)
    first[key[::-1]] = np.arange(len(key))[::-1]
    there = np.flatnonzero(first >= 0)
    rank = np.empty(highest, dtype=np.int64)
    rank[there[np.argsort(first[there], kind="stable")]] = np.arange(len(there))
    return rank[key], len(there)


def first_rows(group: Ints, size: int, rows: Bools) -> Ints:
    """The first of some rows in each group `[size]`, -1 where it has none."""
    found = np.full(size, -1, dtype=np.int64)
    backwards = np.flatnonzero(rows)[::-1]
    found[group[backwards]] = backwards
    return found


def agreed(values: Floats, group: Ints, size: int, tell: Callable[[int, int], str], slack: float = 0) -> Floats:
    """Return the number of each group `[size]`, NaN where no row has one.

    Rows without a group have -1; `slack` is by how much numbers of one group may differ. Raises InputError with what
    `tell` says of the first row and the one at odds with it.
    """
    told = (group >= 0) & ~np.isnan(values)
    first = first_rows(group, size, told)
    of_group = np.where(first >= 0, np.append(values, np.nan)[first], np.nan)
    expected = np.append(of_group, np.nan)[group]
    with np.errstate(invalid="ignore"):
        odd = np.flatnonzero(told & (np.abs(values - expected) > slack + CLOSE * np.abs(expected)))
    if len(odd):
        raise InputError(tell(int(first[group[odd[0]]]), int(odd[0])))
    return of_group
