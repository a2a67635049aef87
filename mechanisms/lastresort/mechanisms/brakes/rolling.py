"""Rolling windows over columns `[M]`: extremes, time averages and exponential averages; times in seconds."""

import math
from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints


class Samples:
    """Values `[M]` by time up to the `latest`, oldest first, in one block: appended behind, dropped in front."""

    def __init__(self) -> None:
        self._times, self._values = np.empty(0), np.empty((0, 0))
        self._first = self._end = 0
        self.latest = -math.inf

    @property
    def times(self) -> Floats:
        """When they were taken, `[n]`."""
        return self._times[self._first : self._end]

    @property
    def values(self) -> Floats:
        """What was seen, `[n, M]`."""
        return self._values[self._first : self._end]

    def append(self, time: float, value: Floats) -> None:
        """Add the latest one."""
        if self._end == len(self._times):
            self._make_room(value)
        self._times[self._end], self._values[self._end], self.latest = time, value, time
        self._end += 1

    def drop_before(self, time: float) -> Floats:
        """Forget, and return, all values older than `time`."""
        gone = int(np.searchsorted(self.times, time))
        old = self.values[:gone]
        self._first += gone
        return old

    def _make_room(self, value: Floats) -> None:
        held, times, values = self._end - self._first, self.times, self.values
        self._times, self._values = np.empty(2 * held + 16), np.empty((2 * held + 16, len(value)))
        if held:
            self._times[:held], self._values[:held] = times, values
        self._first, self._end = 0, held


class RollingExtremes:
    """Highest and lowest value of each row within a rolling window; a row can start afresh at a given time.

    `high` and `low` `[M]` are -inf and inf where the window holds nothing. They are looked for in the whole window only
    when the value that was the highest or lowest leaves it.
    """

    def __init__(self) -> None:
        self._samples = Samples()
        self._since: Floats = np.array(-np.inf)
        self._restarted: Bools = np.array(False)
        self.high: Floats = np.array(-np.inf)
        self.low: Floats = np.array(np.inf)

    def add(self, time: float, value: Floats, window: float, sample: float) -> None:
        """Look at `value`, at most once per `sample` seconds."""
        if time < self._samples.latest + sample:
            return
        self._samples.append(time, value)
        gone = self._samples.drop_before(time - window)
        fresh = time >= self._since
        self.high = np.where(fresh, np.maximum(self.high, value), self.high)
        self.low = np.where(fresh, np.minimum(self.low, value), self.low)
        if len(gone) or self._restarted.any():
            left = ((gone >= self.high) | (gone <= self.low)).any(axis=0)
            self._look_again(np.flatnonzero(left | self._restarted))

    def restart(self, rows: Bools, time: float) -> None:
        """Forget these rows until the first sample at or after `time`."""
        self._since = np.where(rows, time, self._since)
        self.high = np.where(rows, -np.inf, self.high)
        self.low = np.where(rows, np.inf, self.low)
        self._restarted = self._restarted | rows

    def _look_again(self, rows: Ints) -> None:
        """Some rows, in the whole window."""
        values, since = self._samples.values[:, rows], np.broadcast_to(self._since, self.high.shape)[rows]
        fresh = self._samples.times[:, None] >= since
        self.high[rows] = np.where(fresh, values, -np.inf).max(axis=0)
        self.low[rows] = np.where(fresh, values, np.inf).min(axis=0)
        self._restarted = np.array(False)


class TimeAverage:
    """Mean of each row over a rolling window, weighted by time; a value stands for the time since the one before it."""

    def __init__(self) -> None:
        self._integrals: deque[tuple[float, Floats]] = deque()
        self._since: Floats = np.array(-np.inf)
        self._before: Floats = np.array(0.0)

    def add(self, time: float, value: Floats, window: float, restart: Bools | bool = False) -> Floats:
        """Mean up to `time`; rows in `restart` forget everything up to now, and answer `value` itself."""
        last, integral = self._integrals[-1] if self._integrals else (time, np.zeros_like(value))
        integral = integral + value * (time - last)
        self._integrals.append((time, integral))
        while len(self._integrals) > 1 and self._integrals[1][0] <= time - window:
            self._integrals.popleft()
        self._since = np.where(restart, time, self._since)
        self._before = np.where(restart, integral, self._before)
        first, before = self._integrals[0]
        span = time - np.maximum(self._since, first)
        area = integral - np.where(self._since > first, self._before, before)
        return np.divide(area, span, out=value.copy(), where=span > 0)


class ExponentialAverage:
    """Exponential average of each row; it starts at the first value."""

    def __init__(self) -> None:
        self._time = 0.0
        self._mean: Floats | None = None

    def add(self, time: float, value: Floats, constant: float) -> Floats:
        """Average up to `time` with time constant `constant`."""
        if self._mean is None:
            self._mean = value.copy()
        else:
            self._mean = self._mean + (value - self._mean) * -math.expm1((self._time - time) / constant)
        self._time = time
        return self._mean
