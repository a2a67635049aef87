"""From a scenario to its record: the door through which the engine, which takes a while to load, is entered."""

import time
from collections.abc import Mapping
from dataclasses import replace

from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation.market.path import FREE, Course
from lastresort.simulation.recording.record import RunRecord, finite
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.stage_clock import StageClock
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible


def simulate(
    scenario: Scenario,
    waterfalls: Mapping[str, Waterfall],
    seed: int,
    policy: str = "",
    patience: float = PATIENCE,
    variation: Variation = USUAL,
    course: Course = FREE,
    clock: StageClock | None = None,
) -> RunRecord:
    """Run one scenario under one waterfall per venue and return its record; the same seed gives the same bytes.

    An answer of a mechanism may take `patience` seconds. A `variation` turns an order around that must not matter. A
    `course` notes the price path of the run, or holds it to that of another. A `clock` is told where its time goes.
    Raises MechanismError where a mechanism breaks the contract, ConservationError where the books do not balance, and
    RecordError where the record holds what is no number.
    """
    from lastresort.simulation.run import Run

    started = time.process_time()
    run = Run(scenario, waterfalls, seed, variation, course)
    if clock:
        clock.watch(run)
    with interruptible(patience), rationed():
        run.go()
    run.release()
    record = finite(run.record(policy))
    return replace(record, totals=record.totals | {"cpu_seconds": time.process_time() - started})
