"""Sorted trigger prices per book: an exact index of who must be looked at when the mark moves.

Below the mark wait liquidations of longs, stops and entries of momentum shorts; above it liquidations of shorts. Each
book keeps both lists sorted by distance, so one comparison per book and tick tells whether anybody is reached.
"""

from itertools import pairwise

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.kernels.watch_lists import (
    nearest_reached,
    place_levels,
    reached_side,
    watch_again,
)

NOBODY: Ints = np.empty(0, dtype=np.int64)


class TriggerLists:
    """Trigger prices of accounts stored book by book (`first` `[B + 1]` gives each book's range)."""

    def __init__(self, first: Ints) -> None:
        n, books = int(first[-1]), len(first) - 1
        self._first = first
        self._level = (np.full(n, -np.inf), np.full(n, np.inf))
        self._order = (narrow(np.arange(n)), narrow(np.arange(n)))
        self._cursor = (first[:-1].copy(), first[:-1].copy())
        self._stale = (np.zeros(books, dtype=bool), np.zeros(books, dtype=bool))
        self._again = np.empty(0, dtype=np.int64)
        self._nearest = (np.full(books, -np.inf), np.full(books, np.inf))

    def place(self, ids: Ints, down: Floats, up: Floats) -> None:
        """Set the trigger prices of some accounts; their books are sorted again when next needed."""
        for side, level in ((0, down), (1, up)):
            place_levels(side, ids, level, self._first, self._level[side], self._stale[side], self._nearest[side])

    def keep_watching(self, ids: Ints) -> None:
        """Have accounts that were reached, and are as they were, looked at again at the next tick."""
        self._again = np.concatenate([self._again, ids])

    def watch_anew(self, ids: Ints) -> None:
        """Have accounts that were looked at reached again once the mark is at their trigger."""
        for side in (0, 1):
            watch_again(side, ids, self._first, self._level[side], self._stale[side], self._nearest[side])

    def rebuild_all(self) -> None:
        """Sort every book."""
        for side, sign in ((0, -1.0), (1, 1.0)):
            for start, end in pairwise(self._first.tolist()):
                order = np.argsort(sign * self._level[side][start:end], kind="stable")
                self._order[side][start:end] = start + order
            self._cursor[side][:] = self._first[:-1]
            self._stale[side][:] = False
            some = self._first[:-1] < self._first[1:]
            self._nearest[side][some] = self._level[side][self._order[side][self._first[:-1][some]]]

    def reached(self, mark: Floats, awake: Bools) -> Ints:
        """Accounts whose trigger the marks `[B]` have reached in `awake` books, each once, in ascending order.

        Those that were to be looked at again come with them.
        """
        found = self._looked_at_again(awake) if len(self._again) else []
        for side in (0, 1):
            if nearest_reached(side, mark, awake, self._nearest[side]):
                lists = (self._level[side], self._order[side], self._cursor[side], self._stale[side])
                found.append(reached_side(side, mark, awake, self._first, *lists, self._nearest[side]))
        if len(found) == 1:
            return np.sort(found[0])
        return np.unique(np.concatenate(found)) if found else NOBODY

    def _looked_at_again(self, awake: Bools) -> list[Ints]:
        """Of the accounts to be looked at again, those in `awake` books, each once; the others wait."""
        up = awake[np.searchsorted(self._first, self._again, side="right") - 1]
        found, self._again = np.unique(self._again[up]), self._again[~up]
        return [found]

    @property
    def levels(self) -> tuple[Floats, Floats]:
        """Trigger prices `[n]` of all accounts, below the mark (-inf: none) and above it (inf: none)."""
        return self._level
