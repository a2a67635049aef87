"""Rolling windows over columns `[M]`: extremes, time averages and exponential averages; times in seconds."""

import math
from collections import deque
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats


class Sample(NamedTuple):
    """Highest and lowest value `[M]` of one moment, or of that moment and all after it."""

    time: float
    high: Floats
    low: Floats

    def and_after(self, later: "Sample | None") -> "Sample":
        """The extremes of this moment and of all after it."""
        if later is None:
            return self
        return Sample(self.time, np.maximum(self.high, later.high), np.minimum(self.low, later.low))


class RollingExtremes:
    """Highest and lowest value of each row within a rolling window; a row can start afresh at a given time.

    `high` and `low` `[M]` are -inf and inf where the window holds nothing. Nobody looks through the window: older samples
    know the extremes from themselves on, newer ones their own and those of all, and when the last of the older has left,
    the newer become the older (two stacks; Tangwongsan, Hirzel and Schneider, DEBS 2017).
    """

    def __init__(self) -> None:
        self._since: Floats = np.array(-np.inf)
        self._latest = -math.inf
        self._older: list[Sample] = []
        self._newer: list[Sample] = []
        self._all_newer: Sample | None = None
        self.high: Floats = np.array(-np.inf)
        self.low: Floats = np.array(np.inf)

    def add(self, time: float, value: Floats, window: float, sample: float) -> None:
        """Look at `value`, at most once per `sample` seconds."""
        if time < self._latest + sample:
            return
        self._latest, fresh = time, time >= self._since
        now = Sample(time, np.where(fresh, value, -np.inf), np.where(fresh, value, np.inf))
        self._newer.append(now)
        self._all_newer = now.and_after(self._all_newer)
        self._drop_before(time - window)
        _, self.high, self.low = self._older[-1].and_after(self._all_newer) if self._older else self._all_newer

    def restart(self, rows: Bools, time: float) -> None:
        """Forget these rows until the first sample at or after `time`, which is yet to come."""
        self._since = np.where(rows, time, self._since)
        self.high, self.low = np.where(rows, -np.inf, self.high), np.where(rows, np.inf, self.low)
        for sample in (*self._older, *self._newer, *([self._all_newer] if self._all_newer else [])):
            sample.high[rows], sample.low[rows] = -np.inf, np.inf

    def _drop_before(self, time: float) -> None:
        """Forget samples that are too old; the latest never is."""
        self._pop_before(time)
        if not self._older and self._newer[0].time < time:
            for sample in reversed(self._newer):
                self._older.append(sample.and_after(self._older[-1] if self._older else None))
            self._newer, self._all_newer = [], None
            self._pop_before(time)

    def _pop_before(self, time: float) -> None:
        while self._older and self._older[-1].time < time:
            self._older.pop()


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
