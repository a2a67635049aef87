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

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study.keys import engine_version, run_key, waterfall_identity, world_identity
from lastresort.study.run import FailedRunError, RunError, run_policy
from lastresort.study.store import Files, RunLog, pack

ENDED = "its process ended unexpectedly (out of memory?)"
"""Why a run failed whose process did not live to say it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do; no object of the simulator or of a plugin is pickled.

    `scenario` and `policy` are names, `world` and `specification` the two in full as JSON, `key` is the run's identity,
    `engine` the version that must do it, and `patience` how many seconds an answer may take.
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
    (scenario, world), policy = _world(task.world), Policy.model_validate(json.loads(task.specification))
    _check_identity(task, world, policy, catalogue)
    try:
        with contextlib.redirect_stdout(printed):
            record = run_policy(scenario, policy, task.seed, catalogue, task.patience)
    except FailedRunError as error:
        return Outcome(task, None, error.reason, time.perf_counter() - clock)
    files = pack(record, task.key, RunLog.of(record, started, printed.getvalue()))
    return Outcome(task, files, seconds=time.perf_counter() - clock)


@cache
def catalogue_of(plugin_files: tuple[Path, ...]) -> Catalogue:
    """What this process can name, loaded once."""
    return Catalogue.load(plugin_files)


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
    if run_key(world, waterfall_identity(policy, catalogue), task.seed) != task.key:
        raise ForeignWorkerError(f"{where} has other rules under the names in policy '{policy.name}': install the same")
