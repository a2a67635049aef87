"""Sorted trigger prices per book: an exact index of who must be looked at when the mark moves.

Below the mark wait liquidations of longs, stops and entries of momentum shorts; above it liquidations of shorts. Each
book keeps both lists sorted by distance, so one comparison per book and tick tells whether anybody is reached.
"""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints


class TriggerLists:
    """Trigger prices of accounts stored book by book (`first` `[B + 1]` gives each book's range)."""

    def __init__(self, first: Ints) -> None:
        n, books = int(first[-1]), len(first) - 1
        self._first = first
        self._level = (np.full(n, -np.inf), np.full(n, np.inf))
        self._order = (np.arange(n), np.arange(n))
        self._cursor = (first[:-1].copy(), first[:-1].copy())
        self._stale = (np.zeros(books, dtype=bool), np.zeros(books, dtype=bool))
        self._again = np.empty(0, dtype=np.int64)
        self._book = np.repeat(np.arange(books), np.diff(first))
        self.next_down = np.full(books, -np.inf)
        self.next_up = np.full(books, np.inf)

    def place(self, ids: Ints, down: Floats, up: Floats) -> None:
        """Set the trigger prices of some accounts; their books are sorted again when next needed."""
        for side, level, extreme, nearest in ((0, down, np.maximum, self.next_down), (1, up, np.minimum, self.next_up)):
            moved = level != self._level[side][ids]
            books = self._book[ids[moved]]
            self._level[side][ids[moved]] = level[moved]
            self._stale[side][books] = True
            extreme.at(nearest, books, level[moved])

    def keep_watching(self, ids: Ints) -> None:
        """Have accounts that were reached, and are as they were, looked at again at the next tick."""
        self._again = np.concatenate([self._again, ids])

    def watch_anew(self, ids: Ints) -> None:
        """Have accounts that were looked at reached again once the mark is at their trigger."""
        for side, extreme, nearest in ((0, np.maximum, self.next_down), (1, np.minimum, self.next_up)):
            self._stale[side][self._book[ids]] = True
            extreme.at(nearest, self._book[ids], self._level[side][ids])

    def rebuild_all(self) -> None:
        """Sort every book."""
        for side, sign in ((0, -1.0), (1, 1.0)):
            order = np.lexsort((sign * self._level[side], self._book))
            self._order[side][:] = order
            self._cursor[side][:] = self._first[:-1]
            self._stale[side][:] = False
            self._note_nearest(side, np.arange(len(self._first) - 1))

    def reached(self, mark: Floats, awake: Bools) -> Ints:
        """Accounts whose trigger the marks `[B]` have reached in `awake` books, each once, in ascending order.

        Those that were to be looked at again come with them.
        """
        up = awake[self._book[self._again]]
        found, self._again = ([self._again[up]] if up.any() else []), self._again[~up]
        for side, hit in ((0, mark <= self.next_down), (1, mark >= self.next_up)):
            for book in np.flatnonzero(hit & awake):
                found.append(self._advance(side, int(book), mark[book]))
        if not found:
            return np.empty(0, dtype=np.int64)
        return np.unique(np.concatenate(found))

    def beyond(self, low: Floats, high: Floats, books: Bools) -> Ints:
        """Accounts of `books` whose trigger lies at or beyond prices `[B]` that need not be the mark's; nobody moves.

        Below `low` no long is out of reach, above `high` no short. Those that were reached already are among them.
        """
        down, up = self._level
        near = (down >= low[self._book]) | (up <= high[self._book])
        return np.flatnonzero(near & books[self._book])

    def _advance(self, side: int, book: int, mark: float) -> Ints:
        sign = -1.0 if side == 0 else 1.0
        if self._stale[side][book]:
            self._sort(side, book)
        start, end = int(self._cursor[side][book]), int(self._first[book + 1])
        waiting = self._order[side][start:end]
        count = int(np.searchsorted(sign * self._level[side][waiting], sign * mark, side="right"))
        self._cursor[side][book] = start + count
        self._note_nearest(side, np.array([book]))
        return waiting[:count].copy()

    def _sort(self, side: int, book: int) -> None:
        start, end = self._first[book], self._first[book + 1]
        sign = -1.0 if side == 0 else 1.0
        self._order[side][start:end] = start + np.argsort(sign * self._level[side][start:end], kind="stable")
        self._cursor[side][book] = start
        self._stale[side][book] = False

    def _note_nearest(self, side: int, books: Ints) -> None:
        nearest, nobody = (self.next_down, -np.inf) if side == 0 else (self.next_up, np.inf)
        cursor = self._cursor[side][books]
        left = cursor < self._first[books + 1]
        ids = self._order[side][np.minimum(cursor, len(self._order[side]) - 1)]
        nearest[books] = np.where(left, self._level[side][ids], nobody)
