"""Two rows of one account and market: a long and a short of hedge mode become one, and no money is lost."""

from dataclasses import dataclass

import numpy as np

from lastresort.books.book import Kind
from lastresort.books.reading.group_agreement import grouped
from lastresort.mechanisms.contract import Bools, Floats, Ints

NOTHING = 1e-12
"""Share of a pair's size below which its net is nothing but rounding."""


@dataclass(frozen=True, eq=False)
class Net:
    """Positions after netting: which rows they start at, with quantity and price, and what went into cash.

    `place` is the position of each row, -1 where it vanished. `moved` is USD for each row's unit. `netted` counts rows
    that were netted.
    """

    rows: Ints
    quantity: Floats
    entry_price: Floats
    place: Ints
    moved: Floats
    netted: int


def pairs(key: Ints) -> tuple[Ints, Ints]:
    """Return the group of each row, by equal keys in order of appearance, and the size of each group."""
    group, size = grouped(key)
    return group, np.bincount(group, minlength=size)


def unpaired(group: Ints, count: Ints, direction: Ints) -> tuple[int, int] | None:
    """The first two rows of a group that is not one long and one short; None where there is none such."""
    if not (count > 1).any():
        return None
    longs = np.bincount(group[direction > 0], minlength=len(count))
    shorts = np.bincount(group[direction < 0], minlength=len(count))
    odd = (count > 1) & ~((count == 2) & (longs == 1) & (shorts == 1))
    rows = np.flatnonzero(odd[group])
    if not len(rows):
        return None
    same = np.flatnonzero(group == group[rows[0]])
    return int(same[0]), int(same[1])


def netted(group: Ints, count: Ints, quantity: Floats, entry: Floats, mark: Floats, kind: Ints) -> Net:
    """Net rows of each group: the price is the mean weighted with signed quantities, so that the profit is the same.

    Of inverse contracts it is the harmonic one. Where that is no price above 0, the position is entered at the mark
    and its profit moves to cash, as does that of a pair which nets to nothing.
    """
    size = len(count)
    first = np.full(size, -1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    if not (count > 1).any():
        return Net(first, quantity, entry, np.arange(size), np.zeros(len(group)), 0)
    inverse = kind == Kind.INVERSE
    before = _profit(quantity, entry, mark, inverse)
    total = np.bincount(group, quantity, size)
    gross = np.bincount(group, np.abs(quantity), size)
    worth = np.bincount(group, np.where(inverse, quantity / entry, quantity * entry), size)
    paired = count > 1
    flat = paired & (np.abs(total) <= NOTHING * gross)
    with np.errstate(all="ignore"):
        mean = np.where(inverse[first], total / worth, worth / total)
    sound = np.isfinite(mean) & (mean > 0)
    price = np.where(paired, np.where(sound, mean, mark[first]), entry[first])
    held = np.where(flat, 0.0, total)
    after = _profit(held, price, mark[first], inverse[first])
    replaced = paired & (flat | ~sound)
    moved = np.zeros(len(group))
    moved[first] = np.where(replaced, np.bincount(group, before, size) - after, 0.0)
    moved = np.where(kind == Kind.SPOT, 0.0, moved)
    place = np.where(flat, -1, np.cumsum(~flat) - 1)
    keep: Bools = ~flat
    return Net(first[keep], held[keep], price[keep], place[group], moved, int(count[paired].sum()))


def _profit(quantity: Floats, entry: Floats, mark: Floats, inverse: Bools) -> Floats:
    return np.asarray(quantity * (mark - entry) * np.where(inverse, mark / entry, 1))
