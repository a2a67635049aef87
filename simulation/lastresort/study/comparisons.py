"""Comparisons that share a store: do what is left to do of them, and write a manifest for each."""

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lastresort.study.agenda import carry_out
from lastresort.study.design import REFERENCE, Design
from lastresort.study.executors import Executor, Task
from lastresort.study.folders.manifest import describe, write_manifest
from lastresort.study.folders.results import Results
from lastresort.study.folders.writing import writing_to
from lastresort.study.run import FailedRunError, RunError
from lastresort.study.store import RunStore


@dataclass(frozen=True, slots=True)
class Progress:
    """A run of a scenario and a policy is over, the `done`-th of `total`.

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
    with writing_to(store.directory):
        store.sweep()
    try:
        return do_runs(tasks, store, executor, on_progress, essential=REFERENCE)
    except FailedRunError as failure:
        raise RunError(f"every policy is compared with the reference, and that failed: {failure}") from failure


def do_runs(
    tasks: Sequence[Task], store: RunStore, executor: Executor, on_progress: OnProgress, essential: str
) -> dict[str, str]:
    """Do every run that is not stored, and return why those that failed did, by key.

    Raises FailedRunError in the end where a run of the policy `essential` did.
    """
    done = itertools.count(1)
    reasons: dict[str, str] = {}

    def report(task: Task, reason: str, reused: bool) -> None:
        step = Progress(task.scenario, task.policy, task.seed, task.key, next(done), len(tasks), reused, bool(reason))
        on_progress(step)
        if reason:
            reasons[task.key] = reason

    carry_out(tasks, store, executor, report)
    for task in tasks:
        if task.policy == essential and task.key in reasons:
            raise FailedRunError(task.policy, task.seed, reasons[task.key])
    return reasons
