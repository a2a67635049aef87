"""What rules remember from one question to the next, kept per key: a market, a pool or an account."""

from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints


class PerKey:
    """One number per key; `start` stands for keys of which nothing was noted.

    The columns reach up to the largest key met, and take memory only around the keys that something was noted of.
    """

    def __init__(self, start: float) -> None:
        self._start, self._value, self._met = start, np.zeros(0), np.zeros(0, dtype=np.bool_)

    def of(self, keys: Ints) -> Floats:
        """What stands for each of `keys` `[n]`."""
        try:
            return np.where(self._met[keys], self._value[keys], self._start)
        except IndexError:
            self._reach(keys)
            return self.of(keys)

    def put(self, keys: Ints, value: Floats | float) -> None:
        """Note `value` of each of `keys` `[n]`."""
        try:
            self._value[keys], self._met[keys] = value, True
        except IndexError:
            self._reach(keys)
            self.put(keys, value)

    def _reach(self, keys: Ints) -> None:
        """Make room for larger keys: untouched zeros are memory that the system has promised and not given."""
        room, met = 1 << int(keys.max()).bit_length(), np.flatnonzero(self._met)
        value, known = np.zeros(room), np.zeros(room, dtype=np.bool_)
        value[met], known[met] = self._value[met], True
        self._value, self._met = value, known


class Tally(PerKey):
    """Running totals, zero to begin with."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def add(self, keys: Ints, amount: Floats) -> None:
        """Add `amount` `[n]`; keys are distinct."""
        self.put(keys, self.of(keys) + amount)

    def raised(self, keys: Ints, amount: Floats) -> Floats:
        """Raise what stands to at least `amount` `[n]`, and return it; keys are distinct."""
        raised: Floats = np.maximum(self.of(keys), amount)
        self.put(keys, raised)
        return raised


class LastTimes(PerKey):
    """When something last happened to each key, seconds since the start of the run; long ago if it never did."""

    def __init__(self) -> None:
        super().__init__(-np.inf)

    def note(self, keys: Ints, time: float) -> None:
        """It happens now to these keys."""
        self.put(keys, time)


class Latch:
    """Switches with hysteresis, off to begin with."""

    def __init__(self) -> None:
        self._on: set[int] = set()

    def turn(self, keys: Ints, start: Bools, stop: Bools) -> Bools:
        """On where `start`, else off where `stop`, else as before, `[n]`."""
        before = np.array([key in self._on for key in keys.tolist()], dtype=np.bool_)
        on: Bools = start | (before & ~stop)
        self._on = self._on.difference(keys.tolist()).union(keys[on].tolist())
        return on


class RollingPeak:
    """Highest value of each series within a rolling window; a value holds until the next one is noted."""

    def __init__(self) -> None:
        self._now: dict[int, float] = {}
        self._past: dict[int, deque[tuple[float, float]]] = {}

    def note(self, time: float, keys: Ints, value: Floats, before: Floats | float) -> None:
        """Take down new values `[n]`; `before` is what a series was worth before its first note."""
        first = np.broadcast_to(before, value.shape)
        for key, new, start in zip(keys.tolist(), value.tolist(), first.tolist(), strict=True):
            past = self._past.setdefault(key, deque())
            held = self._now.get(key, start)
            while past and past[-1][1] <= held:
                past.pop()
            past.append((time, held))
            self._now[key] = new

    def highest(self, since: float, keys: Ints) -> Floats:
        """The highest value each noted series had at `since` or later, `[n]`; `since` never goes back."""
        return np.array([self._highest(since, key) for key in keys.tolist()], dtype=np.float64)

    def _highest(self, since: float, key: int) -> float:
        past = self._past[key]
        while past and past[0][0] < since:
            past.popleft()
        return max(past[0][1], self._now[key]) if past else self._now[key]
