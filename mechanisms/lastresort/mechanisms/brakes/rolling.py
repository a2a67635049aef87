"""Rolling windows over columns `[M]`: extremes, time averages and exponential averages; times in seconds."""

import math
from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats


class RollingExtremes:
    """Highest and lowest value of each row within a rolling window; a row can start afresh at a given time.

    `high` and `low` `[M]` are -inf and inf where the window holds nothing.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, Floats]] = deque()
        self._since: Floats = np.array(-np.inf)
        self.high: Floats = np.array(-np.inf)
        self.low: Floats = np.array(np.inf)

    def add(self, time: float, value: Floats, window: float, sample: float) -> None:
        """Look at `value`, at most once per `sample` seconds."""
        if self._samples and time < self._samples[-1][0] + sample:
            return
        self._samples.append((time, value.copy()))
        while self._samples[0][0] < time - window:
            self._samples.popleft()
        times = np.array([then for then, _ in self._samples])
        values = np.array([past for _, past in self._samples])
        fresh = times[:, None] >= self._since
        self.high = np.where(fresh, values, -np.inf).max(axis=0)
        self.low = np.where(fresh, values, np.inf).min(axis=0)

    def restart(self, rows: Bools, time: float) -> None:
        """Forget these rows until the first sample at or after `time`."""
        self._since = np.where(rows, time, self._since)
        self.high = np.where(rows, -np.inf, self.high)
        self.low = np.where(rows, np.inf, self.low)


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
