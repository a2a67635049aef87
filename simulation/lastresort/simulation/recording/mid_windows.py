"""Averages of every book's mid over the first minutes of trading after a moment, without keeping a price path.

Mids stand still between ticks. Each book keeps the seconds it has traded, T, and the integral of its mid over them, I;
a window of w seconds that opened at T0 closes where T = T0 + w, with the average (I - I0) / w.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.extremes import close_windows, held_mids, open_windows
from lastresort.simulation.recording.column_families import WINDOWS
from lastresort.simulation.universe import Universe

FEW = 256
"""Room for moments at first."""

TAIL = max(WINDOWS.values())
"""Seconds for which a run trades on after its scenario."""


class MidWindows:
    """All windows of a run; a *moment* is a book and a time at which they open, and has a number."""

    def __init__(self, universe: Universe) -> None:
        self._length = np.array(list(WINDOWS.values()))
        self._traded, self._integral = np.zeros(universe.shape), np.zeros(universe.shape)
        self._count, self._moment = 0, np.full(universe.shape, -1)
        self._book, self._next = np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64)
        self._from, self._average = np.empty((0, 2)), np.empty((0, len(WINDOWS)))
        self._last, waiting = np.full(universe.shape, -1), (len(WINDOWS), *universe.shape)
        self._waiting, self._due = np.full(waiting, -1), np.full(waiting, np.inf)

    @property
    def open(self) -> bool:
        """Whether some window is still open."""
        return bool(np.isfinite(self._due).any())

    def begin(self, venue: Ints, market: Ints) -> Ints:
        """The moments of some books `[n]` now; their windows open."""
        while self._count + len(venue) > len(self._next):
            self._grow()
        latest, so_far = (self._moment, self._last), (self._traded, self._integral)
        queues, moments = (self._due, self._waiting), (self._book, self._from, self._next)
        number, self._count = open_windows((venue, market), self._count, latest, so_far, self._length, queues, moments)
        return number

    def _grow(self) -> None:
        """Room for twice as many moments."""
        more = max(len(self._next), FEW)
        self._book = np.concatenate([self._book, np.zeros((more, 2), dtype=np.int64)])
        self._next = np.concatenate([self._next, np.full(more, -1)])
        self._from = np.concatenate([self._from, np.zeros((more, 2))])
        self._average = np.concatenate([self._average, np.full((more, len(WINDOWS)), np.nan)])

    def hold(self, mid: Floats, trading: Floats, dt: float) -> None:
        """For `dt` seconds mids `[V, M]` stood still, and only books with `trading` 1 (not 0) traded."""
        queues, moments = (self._due, self._waiting), (self._from, self._next, self._average)
        close_windows(self._integral, self._traded, mid, trading, dt, self._length, queues, moments)
        held_mids(self._integral, self._traded, mid, trading, dt)
        self._moment.fill(-1)

    def averages(self, index: Floats) -> Floats:
        """Average mid of every moment and window, `[moments, windows]`.

        A window that never filled has the average of what there was; without any trading it has the index `[M]`.
        """
        average = self._average[: self._count]
        venue, market = self._book[: self._count].T
        traded, integral = self._from[: self._count].T
        since = self._traded[venue, market] - traded
        so_far = np.divide(self._integral[venue, market] - integral, since, out=index[market], where=since > 0)
        return np.where(np.isnan(average), so_far[:, None], average)
