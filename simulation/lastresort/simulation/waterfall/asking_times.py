"""When the waterfall is asked: some time after a takeover, then every few seconds, and never in a halt."""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints


class AskingTimes:
    """Books `[V, M]` about which the waterfall is asked, `wait` `[V]` seconds after a takeover and then periodically.

    The time of a first question is an event of its own; takeovers that follow before it are part of that question. A
    closed market is not asked about: what was taken over in a halt meets the reopened book first.
    """

    def __init__(self, env: simpy.Environment, wait: Floats, shape: tuple[int, int], period: float) -> None:
        self._env, self._wait, self._period = env, wait, period
        self._due, self._waiting = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self._next = 0.0

    def note(self, venue: Ints, market: Ints) -> None:
        """Positions were taken over in these books."""
        taken = np.zeros_like(self._due)
        taken[venue, market] = True
        for v, m in np.argwhere(taken & ~self._waiting & ~self._due):
            if self._wait[v] > 0:
                self._waiting[v, m] = True
                self._env.process(self._come_due(int(v), int(m)))
            else:
                self._due[v, m] = True

    def _come_due(self, venue: int, market: int) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(float(self._wait[venue]))
        self._waiting[venue, market], self._due[venue, market] = False, True

    def take(self, now: float, trading: Bools) -> Bools:
        """The books to ask about now, of those that trade; the others stay due."""
        if now >= self._next:
            self._due |= ~self._waiting
            self._next = now + self._period
        asked = self._due & trading
        self._due &= ~trading
        return asked
