"""One run to do, as text that any process of any machine can read, and what comes of it, as bytes."""

import contextlib
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from lastresort.experiments.keys import engine_version, run_key, waterfall_identity, world_identity
from lastresort.experiments.printed import Printed
from lastresort.experiments.run import FailedRunError, RunError, run_policy
from lastresort.experiments.store import Files, RunLog, pack
from lastresort.mechanisms.contract import RuleLateError
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.discovery import built_ins
from lastresort.plugins.isolation.plugin_set import NO_PLUGINS, PluginSet
from lastresort.simulation.market.path import Imposed, Noted, PricePath
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.stage_clock import StageClock, StageTime
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall.time_limit import PATIENCE

ENDED = "its process ended unexpectedly (out of memory?)"
"""Why a run failed whose process did not live to say it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do; no object of the simulator or of a plugin is pickled.

    `scenario` and `policy` are names, `world` and `specification` the two in full as JSON, `key` is the run's identity,
    `engine` the version that must do it, and `patience` how many seconds an answer may take. `plugins` are those whose
    rules the policy has: a process that has imported them does the run, and no other. `order` names a variation of the
    order of things. `path` is the policy, in full as JSON, to whose price path the run is held, and `path_plugins` are
    those of its rules; that policy itself runs freely and to the end of the day. They are empty for usual runs. A run
    that is `profiled` is clocked.
    """

    key: str
    scenario: str
    policy: str
    seed: int
    world: str
    specification: str
    engine: str
    plugins: PluginSet = NO_PLUGINS
    patience: float = PATIENCE
    order: str = ""
    path: str = ""
    path_plugins: PluginSet = NO_PLUGINS
    profiled: bool = False

    @property
    def contained(self) -> bool:
        """Whether code of plugins has a part in it."""
        return bool(self.plugins or self.path_plugins)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: the files of the finished run, or the reason why the run failed.

    `seconds` is how long it took, `late` says that it failed because a rule took too long. `times` say where the CPU
    time went of a run that was clocked. `traceback` is the way through the code of a plugin to its failure.
    """

    task: Task
    files: Files | None
    reason: str = ""
    seconds: float = 0.0
    late: bool = False
    times: tuple[StageTime, ...] = ()
    traceback: str = ""


class ForeignWorkerError(RunError):
    """A worker would do another run than the one it was asked for: its engine or its plugins are others."""


def perform_all(tasks: Sequence[Task]) -> list[Outcome]:
    """Do a batch of tasks in which plugins have no part, one after the other."""
    return [perform(task, our_catalogue()) for task in tasks]


def perform(task: Task, catalogue: Catalogue, path: PricePath | None = None) -> Outcome:
    """Simulate one task, held to a path where one is given; raises ForeignWorkerError."""
    started, clock, printed = datetime.now(UTC), time.perf_counter(), Printed()
    (_, world), policy = _world(task.world), _policy(task.specification)
    _check_identity(task, world, policy, catalogue)
    watch = StageClock() if task.profiled else None
    try:
        with contextlib.redirect_stdout(printed):
            record = _simulated(task, policy, catalogue, path, watch)
    except FailedRunError as error:
        late = isinstance(error.__cause__, RuleLateError)
        return Outcome(task, None, error.reason, time.perf_counter() - clock, late, traceback=error.traceback)
    files = pack(record, task.key, RunLog.of(record, started, printed.text))
    times = tuple(watch.times(float(record.totals["cpu_seconds"]))) if watch else ()
    return Outcome(task, files, seconds=time.perf_counter() - clock, times=times)


def _simulated(
    task: Task, policy: Policy, catalogue: Catalogue, path: PricePath | None, watch: StageClock | None
) -> RunRecord:
    scenario, _ = _world(task.world)
    if not task.path:
        order = _variation(task.order)
        return run_policy(scenario, policy, task.seed, catalogue, task.patience, watch, variation=order)
    if task.path == task.specification or path is None:
        record, path = noted(task.world, task.path, task.seed, task.patience, catalogue)
        if task.path == task.specification:
            return record
    return run_policy(scenario, policy, task.seed, catalogue, task.patience, course=Imposed(path))


@lru_cache(maxsize=1)
def noted(
    world: str, specification: str, seed: int, patience: float, catalogue: Catalogue
) -> tuple[RunRecord, PricePath]:
    """A run whose price path is noted, for those that follow with the same seed."""
    course = Noted()
    record = run_policy(_world(world)[0], _policy(specification), seed, catalogue, patience, course=course)
    return record, course.path


def _variation(name: str) -> Variation:
    from lastresort.simulation.other_orders import VARIATIONS  # only an audit asks for them

    return {one.name: one for one in VARIATIONS}[name] if name else USUAL


def _policy(specification: str) -> Policy:
    return Policy.model_validate(json.loads(specification))


@cache
def our_catalogue() -> Catalogue:
    """What can be named without plugins."""
    return Catalogue.of_parts(built_ins())


def forget() -> None:
    """Forget scenarios with the identities that they had, and runs whose paths were noted."""
    _world.cache_clear()
    noted.cache_clear()


@lru_cache(maxsize=16)
def _world(text: str) -> tuple[Scenario, str]:
    """A scenario and its identity, which many tasks share."""
    scenario = Scenario.model_validate(json.loads(text))
    return scenario, world_identity(scenario)


def _check_identity(task: Task, world: str, policy: Policy, catalogue: Catalogue) -> None:
    """Whoever has other rules, another engine or other files under the same names must not answer for them."""
    where = f"worker {socket.gethostname()}"
    if engine_version() != task.engine:
        raise ForeignWorkerError(
            f"{where} has lastresort {engine_version()}, the study {task.engine}: install the same"
        )
    missing = [step.use for step in policy.waterfall if step.use not in catalogue.fingerprints]
    if missing:
        raise ForeignWorkerError(f"{where} does not have mechanism '{missing[0]}': install its plugin there")
    path = waterfall_identity(_policy(task.path), catalogue) if task.path else ""
    if run_key(world, waterfall_identity(policy, catalogue), task.seed, task.order, path) != task.key:
        raise ForeignWorkerError(f"{where} has other rules under the names in policy '{policy.name}': install the same")
