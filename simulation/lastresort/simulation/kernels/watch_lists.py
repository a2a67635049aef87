"""Trigger prices: who is reached by the marks, and how their sorted lists are kept.

A side is 0 for triggers below the mark, sorted from the highest down, and 1 for those above it, sorted upwards.
`first` `[B + 1]` gives each book's range of accounts, `order` `[n]` its accounts from the nearest trigger on, `cursor`
`[B]` how far the marks have come, `nearest` `[B]` the next trigger.
"""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.kernels.compiled import compiled


@compiled
def sort_book(side: int, book: int, level: Floats, order: Ints, first: Ints) -> None:
    """Sort the accounts of one book by their trigger, those with the same one by number; few are out of order."""
    sign = -1.0 if side == 0 else 1.0
    for place in range(first[book] + 1, first[book + 1]):
        account = order[place]
        key, before = sign * level[account], place - 1
        while before >= first[book]:
            other = order[before]
            if sign * level[other] < key or (sign * level[other] == key and other < account):
                break
            order[before + 1] = other
            before -= 1
        order[before + 1] = account


@compiled
def nearest_reached(side: int, mark: Floats, awake: Bools, nearest: Floats) -> bool:
    """Whether the mark of any `awake` book is at or beyond its next trigger."""
    sign, some = -1.0 if side == 0 else 1.0, False
    for book in range(len(mark)):
        some = some or (awake[book] and sign * nearest[book] <= sign * mark[book])
    return some


@compiled
def reached_side(
    side: int,
    mark: Floats,
    awake: Bools,
    first: Ints,
    level: Floats,
    order: Ints,
    cursor: Ints,
    stale: Bools,
    nearest: Floats,
) -> Ints:
    """Move the cursors of all `awake` books to the marks `[B]`; who is reached."""
    sign = -1.0 if side == 0 else 1.0
    found, n = np.empty(len(level), np.int64), 0
    for book in range(len(mark)):
        if not awake[book] or sign * nearest[book] > sign * mark[book]:
            continue
        if stale[book]:
            sort_book(side, book, level, order, first)
            cursor[book], stale[book] = first[book], False
        place, end = cursor[book], first[book + 1]
        while place < end and sign * level[order[place]] <= sign * mark[book]:
            found[n] = order[place]
            n, place = n + 1, place + 1
        cursor[book] = place
        nearest[book] = level[order[place]] if place < end else sign * np.inf
    return found[:n]


@compiled
def place_levels(
    side: int, ids: Ints, wanted: Floats, first: Ints, level: Floats, stale: Bools, nearest: Floats
) -> None:
    """Set the triggers of accounts `ids` to `wanted`; their books are stale, and the nearest may have come nearer."""
    for i in range(len(ids)):
        account = ids[i]
        if wanted[i] != level[account]:
            level[account] = wanted[i]
            come_nearer(side, book_of(account, first), wanted[i], stale, nearest)


@compiled
def book_of(account: int, first: Ints) -> int:
    """The book of an account: the last that begins at or before it, by bisection."""
    low, high = 0, len(first)
    while high - low > 1:
        middle = (low + high) // 2
        if first[middle] <= account:
            low = middle
        else:
            high = middle
    return low


@compiled
def come_nearer(side: int, book: int, price: float, stale: Bools, nearest: Floats) -> None:
    """A book has a trigger at `price` that its sorted list does not know."""
    stale[book] = True
    nearest[book] = max(nearest[book], price) if side == 0 else min(nearest[book], price)


@compiled
def watch_again(side: int, ids: Ints, first: Ints, level: Floats, stale: Bools, nearest: Floats) -> None:
    """Accounts `ids` may be reached again at the triggers they have."""
    for i in range(len(ids)):
        come_nearer(side, book_of(ids[i], first), level[ids[i]], stale, nearest)


@compiled
def trigger_prices(
    ids: Ints, quantity: Floats, cash: Floats, rate: Floats, order_price: Floats, planned: Floats
) -> tuple[Floats, Floats]:
    """Marks below and above at which accounts `ids` want attention, `[ids]`: breach, stop, or the price they wait for.

    A position breaches where cash + q p = rate |q| p.
    """
    down, up = np.full(len(ids), -np.inf), np.full(len(ids), np.inf)
    for i in range(len(ids)):
        account = ids[i]
        q, wanted = quantity[account], order_price[account]
        breach = -cash[account] / (q - abs(q) * rate[account])
        if q > 0 and breach > 0:
            down[i] = breach
        if q < 0:
            up[i] = max(breach, 0.0)
        if not np.isnan(wanted) and (q > 0 or planned[account] != 0):
            down[i] = max(down[i], wanted)
    return down, up
