"""Averages of every book's mid over the first minutes of trading after a moment, without keeping a price path.

Mids stand still between ticks. Each book keeps the seconds it has traded, T, and the integral of its mid over them, I;
a window of w seconds that opened at T0 closes where T = T0 + w, with the average (I - I0) / w.
"""

from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.recording.column_families import WINDOWS
from lastresort.simulation.universe import Universe

TAIL = max(WINDOWS.values())
"""Seconds for which a run trades on after its scenario."""


class MidWindows:
    """All windows of a run; a *moment* is a book and a time at which they open, and has a number."""

    def __init__(self, universe: Universe) -> None:
        self._length = np.array(list(WINDOWS.values()))
        self._traded, self._integral = np.zeros(universe.shape), np.zeros(universe.shape)
        self._moment = np.full(universe.shape, -1)
        self._books: list[tuple[int, int]] = []
        self._from: list[tuple[float, float]] = []
        self._average: list[Floats] = []
        waiting = (len(WINDOWS), *universe.shape)
        self._waiting = {place: deque[int]() for place in np.ndindex(waiting)}
        self._due = np.full(waiting, np.inf)

    @property
    def open(self) -> bool:
        """Whether some window is still open."""
        return bool(np.isfinite(self._due).any())

    def begin(self, venue: int, market: int) -> int:
        """The moment of one book now; its windows open."""
        if self._moment[venue, market] < 0:
            self._moment[venue, market] = len(self._books)
            self._books.append((venue, market))
            self._from.append((float(self._traded[venue, market]), float(self._integral[venue, market])))
            self._average.append(np.full(len(WINDOWS), np.nan))
            for w in range(len(WINDOWS)):
                self._wait(w, venue, market)
        return int(self._moment[venue, market])

    def _wait(self, w: int, venue: int, market: int) -> None:
        queue = self._waiting[w, venue, market]
        if not queue:
            self._due[w, venue, market] = self._traded[venue, market] + self._length[w]
        queue.append(len(self._books) - 1)

    def hold(self, mid: Floats, trading: Floats, dt: float) -> None:
        """For `dt` seconds mids `[V, M]` stood still, and only books with `trading` 1 (not 0) traded."""
        end = self._traded + trading * dt
        for w, v, m in np.argwhere(self._due <= end).tolist():
            self._close(w, v, m, float(end[v, m]), float(mid[v, m]))
        self._integral += mid * (trading * dt)
        self._traded = end
        self._moment.fill(-1)

    def _close(self, w: int, venue: int, market: int, end: float, mid: float) -> None:
        """Windows of one book and length that have filled by the time it has traded `end` seconds."""
        queue, due = self._waiting[w, venue, market], float(self._due[w, venue, market])
        while due <= end:
            moment = queue.popleft()
            at_due = self._integral[venue, market] + mid * (due - self._traded[venue, market])
            self._average[moment][w] = (at_due - self._from[moment][1]) / self._length[w]
            due = self._from[queue[0]][0] + self._length[w] if queue else np.inf
        self._due[w, venue, market] = due

    def averages(self, index: Floats) -> Floats:
        """Average mid of every moment and window, `[moments, windows]`.

        A window that never filled has the average of what there was; without any trading it has the index `[M]`.
        """
        average = np.array(self._average).reshape(-1, len(WINDOWS))
        venue, market = np.array(self._books, dtype=np.int64).reshape(-1, 2).T
        traded, integral = np.array(self._from).reshape(-1, 2).T
        since = self._traded[venue, market] - traded
        so_far = np.divide(self._integral[venue, market] - integral, since, out=index[market], where=since > 0)
        return np.where(np.isnan(average), so_far[:, None], average)
