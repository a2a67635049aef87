"""Where the time of a run goes, by stage of the tick; a run that nobody clocks knows nothing of it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

STAGES: Mapping[str, tuple[str, ...]] = {
    "prices": ("_advance_prices",),
    "rules": (
        "rules.set_prices",
        "rules.set_phases",
        "rules.set_margins",
        "rules.admit_orders",
        "rules.tell_observers",
    ),
    "breach search": ("desk.find", "top_ups.watch"),
    "liquidation": ("desk.liquidate",),
    "orders": ("_orders",),
    "clearing": ("clearing.clear",),
    "settling losses": ("_settle", "resolution.settle", "resolution.route_fees"),
    "reactions": ("_react",),
    "looking around": ("_look_around",),
}
"""Methods of a run that make up each stage. What a stage calls of another counts for that other; questions to rules
about breaches and losses count for liquidation and settling losses."""

REST = "the rest"
"""Everything else: drawing the market, the event loop, pauses and payments between ticks, making the tables."""


@dataclass(frozen=True, slots=True)
class StageTime:
    """CPU seconds of a stage, their share of the run, and how often its methods were entered."""

    stage: str
    cpu_seconds: float
    share: float
    calls: int


class StageClock:
    """Clocks one run: `watch` it before it goes, and read `times` when it is over."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(STAGES, 0.0)
        self._calls = dict.fromkeys(STAGES, 0)
        self._inside = 0.0

    def watch(self, run: object) -> None:
        """Put a clock before each method of each stage of this run; its class stays as it is."""
        for stage, paths in STAGES.items():
            for path in paths:
                owner, _, name = path.rpartition(".")
                holder = attrgetter(owner)(run) if owner else run
                setattr(holder, name, self._clocked(stage, getattr(holder, name)))

    def times(self, cpu_seconds: float) -> Iterator[StageTime]:
        """Yield every stage in the order of a tick, then the rest of the run, which took so many seconds."""
        rest = cpu_seconds - sum(self._seconds.values())
        for stage, seconds in {**self._seconds, REST: rest}.items():
            yield StageTime(stage, seconds, seconds / cpu_seconds, self._calls.get(stage, 1))

    def _clocked(self, stage: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, with its time counted for a stage, without that of the clocked methods it calls."""

        def clocked(*arguments: Any, **settings: Any) -> Any:
            outer, self._inside = self._inside, 0.0
            began = time.process_time()
            try:
                return method(*arguments, **settings)
            finally:
                took = time.process_time() - began
                self._seconds[stage] += took - self._inside
                self._calls[stage] += 1
                self._inside = outer + took

        return clocked
