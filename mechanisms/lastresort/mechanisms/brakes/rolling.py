"""Rolling windows over columns `[M]`: extremes, time averages and exponential averages; times in seconds."""

import math
from collections import deque
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats


class Extremes(NamedTuple):
    """Highest and lowest value `[M]` since some time; -inf and inf where there is none."""

    since: float
    high: Floats
    low: Floats

    def with_others(self, others: "Extremes", rows: Bools | bool = True) -> "Extremes":
        """The extremes of both together; of the others, only `rows` count."""
        high, low = np.where(rows, others.high, -np.inf), np.where(rows, others.low, np.inf)
        return Extremes(self.since, np.maximum(self.high, high), np.minimum(self.low, low))


NOTHING = Extremes(math.inf, np.array(-np.inf), np.array(np.inf))


class RollingExtremes:
    """Highest and lowest value of each row within a rolling window; a row can start afresh at a given time.

    `high` and `low` `[M]` are -inf and inf where the window holds nothing. Nobody looks through the window: older
    samples know the extremes from themselves on, of newer ones those of all are known, and when the last of the older
    has left, the newer become the older (two stacks; Tangwongsan, Hirzel and Schneider, DEBS 2017).
    """

    def __init__(self) -> None:
        self._since: Floats = np.array(-np.inf)
        self._latest = -math.inf
        self._older: list[Extremes] = []
        self._newer: list[tuple[float, Floats]] = []
        self._all_newer = NOTHING
        self._remembered: Bools = np.array(True)
        self.high, self.low = NOTHING.high, NOTHING.low

    def add(self, time: float, value: Floats, window: float, sample: float) -> None:
        """Look at `value`, at most once per `sample` seconds."""
        if time < self._latest + sample:
            return
        self._latest = time
        self._newer.append((time, value))
        self._all_newer = self._all_newer.with_others(Extremes(time, value, value), time >= self._since)
        self._drop_before(time - window)
        found = self._all_newer
        if self._older:
            found = found.with_others(self._older[-1], self._remembered)
        self.high, self.low = found.high, found.low

    def restart(self, rows: Bools, time: float) -> None:
        """Forget these rows until the first sample at or after `time`, which is yet to come."""
        self._since = np.where(rows, time, self._since)
        self._remembered = self._remembered & ~rows
        self._all_newer = NOTHING.with_others(self._all_newer, ~rows)
        self.high, self.low = np.where(rows, -np.inf, self.high), np.where(rows, np.inf, self.low)

    def _drop_before(self, time: float) -> None:
        """Forget samples that are too old; the latest never is."""
        self._pop_before(time)
        if not self._older and self._newer[0][0] < time:
            for then, value in reversed(self._newer):
                later = self._older[-1] if self._older else NOTHING
                seen = later._replace(since=then).with_others(Extremes(then, value, value), then >= self._since)
                self._older.append(seen)
            self._newer, self._all_newer, self._remembered = [], NOTHING, np.array(True)
            self._pop_before(time)

    def _pop_before(self, time: float) -> None:
        while self._older and self._older[-1].since < time:
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
