"""The only driver of runs: whoever wants some describes them, and every run that is not stored is done once.

Runs are claimed before they start and stored when they end, so that several processes may share a store; where another
one is doing a run, this one waits for it. A run that fails stops nothing else.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.executors import Executor, Outcome, Task
from lastresort.experiments.folders.manifest import describe, write_manifest
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.writing import writing_to
from lastresort.experiments.run import FailedRunError, RunError
from lastresort.experiments.store import Claim, Failures, RunStore, claim

PAUSE = 0.2
"""Seconds between looks at runs that another process is doing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A run of a scenario and a policy is over, the `done`-th of `total`; or none yet, where nothing was done before.

    `key` is the run's. `reused` says that somebody had done it before, `failed` that there is no record of it.
    """

    scenario: str
    policy: str
    seed: int
    key: str
    done: int
    total: int
    reused: bool
    failed: bool = False


OnProgress = Callable[[Progress], None]

OnDone = Callable[[Task, str, bool], None]
"""Called after each run, in any order, with the reason why it failed (empty where it was finished and
stored), and whether somebody else had done it."""


def run_comparisons(
    designs: Mapping[Path, Design], store: RunStore, executor: Executor, on_progress: OnProgress
) -> list[Results]:
    """Do every run that is not stored, and write a manifest into the folder of each design.

    Raises RunError where a run of the reference failed, once all others are done; finished runs stay.
    """
    started = time.perf_counter()
    reasons = run_designs(designs.values(), store, executor, on_progress)
    elapsed = time.perf_counter() - started
    manifests = {
        directory: describe(design, reasons, store, directory, elapsed) for directory, design in designs.items()
    }
    with writing_to(store.directory):
        for directory, manifest in manifests.items():
            write_manifest(manifest, directory)
    return [Results.of(directory, manifest) for directory, manifest in manifests.items()]


def run_designs(
    designs: Iterable[Design], store: RunStore, executor: Executor, on_progress: OnProgress
) -> dict[str, str]:
    """Do every run that is not stored, and return why those that failed did, by key; RunError as `run_comparisons`."""
    tasks = [task for design in designs for task in design.tasks()]
    reasons = run_tasks(tasks, store, executor, on_progress)
    for failure in failures_among(tasks, reasons):
        if failure.policy == REFERENCE:
            raise RunError(f"every policy is compared with the reference, and that failed: {failure}") from failure
    return reasons


@contextmanager
def unstored_runs(designs: Iterable[Design], executor: Executor, on_progress: OnProgress) -> Iterator[RunStore]:
    """Do runs that are only to be looked at, in a store that is gone afterwards; RunError where one fails."""
    with TemporaryDirectory() as directory:
        store = RunStore(Path(directory))
        run_whole(designs, store, executor, on_progress)
        yield store


def run_whole(designs: Iterable[Design], store: RunStore, executor: Executor, on_progress: OnProgress) -> None:
    """Do every run that is not stored; RunError where one fails, once all others are done."""
    tasks = [task for design in designs for task in design.tasks()]
    reasons = run_tasks(tasks, store, executor, on_progress)
    for failure in failures_among(tasks, reasons):
        raise failure


def failures_among(tasks: Sequence[Task], reasons: Mapping[str, str]) -> Iterator[FailedRunError]:
    """The tasks that failed, given the reasons by key."""
    return (FailedRunError(task.policy, task.seed, reasons[task.key]) for task in tasks if task.key in reasons)


def run_tasks(tasks: Sequence[Task], store: RunStore, executor: Executor, on_progress: OnProgress) -> dict[str, str]:
    """Have every run done once, whoever does it, and return why those that failed did, by key.

    What killed processes left is removed first, and stored runs stay. Raises RunError where runs cannot be done or
    stored.
    """
    with writing_to(store.directory):
        store.sweep()
    done, reasons = itertools.count(1), dict[str, str]()

    def report(task: Task, reason: str, reused: bool) -> None:
        step = Progress(task.scenario, task.policy, task.seed, task.key, next(done), len(tasks), reused, bool(reason))
        on_progress(step)
        if reason:
            reasons[task.key] = reason

    left = _not_done(tasks, store, report)
    if len(left) == len(tasks):
        on_progress(Progress("", "", 0, "", 0, len(tasks), reused=False))
    _carry_out(left, store, executor, report)
    return reasons


def _carry_out(tasks: Sequence[Task], store: RunStore, executor: Executor, on_done: OnDone) -> None:
    left = sorted(tasks, key=lambda task: (task.contained, task.plugins))  # a process does all runs of its plugins
    while left:
        agenda = _Agenda(left, store, on_done)
        try:
            with writing_to(store.directory):
                for outcome in executor.perform(iter(agenda)):
                    agenda.settle(outcome)
        finally:
            agenda.release()
        left = agenda.others
        if left:
            time.sleep(PAUSE)


def _not_done(tasks: Sequence[Task], store: RunStore, on_done: OnDone) -> list[Task]:
    left = []
    for task in tasks:
        if store.sound(task.key):
            on_done(task, "", True)
        else:
            left.append(task)
    return left


class _Agenda:
    """Tasks for an executor, each claimed when it is taken; `others` are those that another process is doing."""

    def __init__(self, tasks: Sequence[Task], store: RunStore, on_done: OnDone) -> None:
        self._tasks = tasks
        self._store = store
        self._failures = Failures(store.directory)
        self._on_done = on_done
        self._claims: dict[str, Claim] = {}
        self.others: list[Task] = []

    def __iter__(self) -> Iterator[Task]:
        for task in self._tasks:
            mine = claim(self._store.directory, task.key)
            if mine is None:
                self.others.append(task)
                continue
            if self._store.kept(task.key):
                mine.release()
                self._on_done(task, "", True)
                continue
            self._claims[task.key] = mine
            yield task

    def settle(self, outcome: Outcome) -> None:
        """Store what came of a task, and give the claim up."""
        task = outcome.task
        if outcome.files is None:
            self._failures.record(task.key, task.policy, task.seed, outcome.reason, outcome.traceback)
        else:
            self._store.write(task.key, outcome.files)
            self._failures.take_back(task.key)
        self._claims.pop(task.key).release()
        self._on_done(task, outcome.reason, False)

    def release(self) -> None:
        """Give up the claims on what was not done."""
        while self._claims:
            self._claims.popitem()[1].release()
