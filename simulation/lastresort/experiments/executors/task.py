"""One run to do, as text that any process of any machine can read, and what comes of it, as bytes."""

import contextlib
import io
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

from lastresort.experiments.keys import engine_version, run_key, waterfall_identity, world_identity
from lastresort.experiments.run import FailedRunError, RunError, run_policy
from lastresort.experiments.store import Files, RunLog, pack
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.market.path import Imposed, Noted, PricePath
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall.time_limit import PATIENCE

ENDED = "its process ended unexpectedly (out of memory?)"
"""Why a run failed whose process did not live to say it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do; no object of the simulator or of a plugin is pickled.

    `scenario` and `policy` are names, `world` and `specification` the two in full as JSON, `key` is the run's identity,
    `engine` the version that must do it, and `patience` how many seconds an answer may take. `order` names a variation
    of the order of things. `path` is the policy, in full as JSON, to whose price path the run is held; that policy
    itself runs freely and to the end of the day. Both are empty for usual runs.
    """

    key: str
    scenario: str
    policy: str
    seed: int
    world: str
    specification: str
    engine: str
    plugin_files: tuple[Path, ...] = ()
    patience: float = PATIENCE
    order: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: the files of the finished run, or the reason why the run failed.

    `seconds` is how long it took.
    """

    task: Task
    files: Files | None
    reason: str = ""
    seconds: float = 0.0


class ForeignWorkerError(RunError):
    """A worker would do another run than the one it was asked for: its engine or its plugins are others."""


def perform_all(tasks: Sequence[Task]) -> list[Outcome]:
    """Do a batch of tasks, one after the other."""
    return [perform(task) for task in tasks]


def perform(task: Task) -> Outcome:
    """Simulate one task; raises ForeignWorkerError."""
    started, clock, printed = datetime.now(UTC), time.perf_counter(), io.StringIO()
    catalogue = catalogue_of(task.plugin_files)
    (_, world), policy = _world(task.world), _policy(task.specification)
    _check_identity(task, world, policy, catalogue)
    try:
        with contextlib.redirect_stdout(printed):
            record = _simulated(task, policy, catalogue)
    except FailedRunError as error:
        return Outcome(task, None, error.reason, time.perf_counter() - clock)
    files = pack(record, task.key, RunLog.of(record, started, printed.getvalue()))
    return Outcome(task, files, seconds=time.perf_counter() - clock)


def _simulated(task: Task, policy: Policy, catalogue: Catalogue) -> RunRecord:
    scenario, _ = _world(task.world)
    if not task.path:
        return run_policy(scenario, policy, task.seed, catalogue, task.patience, variation=_variation(task.order))
    record, path = _noted(task.world, task.path, task.seed, task.plugin_files, task.patience)
    if task.path == task.specification:
        return record
    return run_policy(scenario, policy, task.seed, catalogue, task.patience, course=Imposed(path))


@lru_cache(maxsize=1)
def _noted(
    world: str, specification: str, seed: int, plugin_files: tuple[Path, ...], patience: float
) -> tuple[RunRecord, PricePath]:
    """A run whose price path is noted, for those that follow with the same seed."""
    noted = Noted()
    scenario, policy = _world(world)[0], _policy(specification)
    record = run_policy(scenario, policy, seed, catalogue_of(plugin_files), patience, course=noted)
    return record, noted.path


def _variation(name: str) -> Variation:
    from lastresort.simulation.other_orders import VARIATIONS  # only an audit asks for them

    return {one.name: one for one in VARIATIONS}[name] if name else USUAL


def _policy(specification: str) -> Policy:
    return Policy.model_validate(json.loads(specification))


@cache
def catalogue_of(plugin_files: tuple[Path, ...]) -> Catalogue:
    """What this process can name, loaded once."""
    return Catalogue.load(plugin_files)


def forget() -> None:
    """Forget what was loaded, and runs whose paths were noted."""
    catalogue_of.cache_clear()
    _world.cache_clear()
    _noted.cache_clear()


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
