"""What rules remember from one question to the next, kept per key: a market, a pool or an account."""

from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints


class PerKey:
    """One number for each key that something was noted of, few of many; `start` stands for all others."""

    def __init__(self, start: float) -> None:
        self._start, self._key, self._value = start, np.empty(0, dtype=np.int64), np.empty(0)

    def of(self, keys: Ints) -> Floats:
        """What stands for each of `keys` `[n]`."""
        if not len(self._key):
            return np.full(len(keys), self._start)
        place, met = self._places(keys)
        return np.where(met, self._value[place], self._start)

    def _places(self, keys: Ints) -> tuple[Ints, Bools]:
        """Where each key stands among those met, ascending, and whether it does."""
        place = np.minimum(np.searchsorted(self._key, keys), len(self._key) - 1)
        return place, self._key[place] == keys

    def _rows(self, keys: Ints) -> Ints:
        """Where each of `keys` stands, with a place for those not met before."""
        fresh = np.unique(keys[~self._places(keys)[1]] if len(self._key) else keys)
        if len(fresh):
            before = np.searchsorted(self._key, fresh)
            self._key, self._value = np.insert(self._key, before, fresh), np.insert(self._value, before, self._start)
        return np.searchsorted(self._key, keys)


class Tally(PerKey):
    """Running totals, zero to begin with."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def add(self, keys: Ints, amount: Floats) -> None:
        """Add `amount` `[n]`; keys are distinct."""
        rows = self._rows(keys)
        self._value[rows] += amount

    def raised(self, keys: Ints, amount: Floats) -> Floats:
        """Raise what stands to at least `amount` `[n]`, and return it; keys are distinct."""
        rows = self._rows(keys)
        raised: Floats = np.maximum(self._value[rows], amount)
        self._value[rows] = raised
        return raised


class LastTimes(PerKey):
    """When something last happened to each key, seconds since the start of the run; long ago if it never did."""

    def __init__(self) -> None:
        super().__init__(-np.inf)

    def note(self, keys: Ints, time: float) -> None:
        """It happens now to these keys."""
        rows = self._rows(keys)
        self._value[rows] = time


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
