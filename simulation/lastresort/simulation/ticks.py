"""The next tick of the clock, which comes after all other events of its instant, however those were scheduled."""

import simpy
from simpy.events import EventPriority

LAST = EventPriority(2)
"""After SimPy's urgent (0) and normal (1) events."""


class Tick(simpy.Event):
    """Happens `delay` seconds from now, once pauses, halts, payments and arrivals that fall on its time are over."""

    def __init__(self, env: simpy.Environment, delay: float) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, LAST, delay)
