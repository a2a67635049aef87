"""Run a plan of tasks, in this process or in several."""

import json
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginWarning
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study.keys import canonical, run_key
from lastresort.study.run import PolicyError, run_policy
from lastresort.study.store import RunStore

ENDED = "its process ended unexpectedly (out of memory?)"
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do, as text that any process can read: no object of the simulator or of a plugin is pickled.

    `scenario` and `specification` (of the policy) are JSON, `key` is the run's identity, `out` the output folder, and
    `patience` how many seconds an answer may take.
    """

    policy: str
    seed: int
    key: str
    scenario: str
    specification: str
    plugin_files: tuple[Path, ...]
    out: Path
    patience: float = PATIENCE


OnDone = Callable[[Task, str], None]
"""Called after each task with the reason why its policy ended the run; empty where the run was finished and stored."""


def plan(
    scenario: Scenario,
    policies: Sequence[Policy],
    seeds: Sequence[int],
    catalogue: Catalogue,
    plugin_files: Sequence[Path],
    out: Path,
    patience: float = PATIENCE,
) -> list[Task]:
    """Return one task per seed and policy, all policies of a seed before the next seed."""
    return [
        Task(
            policy=policy.name,
            seed=seed,
            key=run_key(scenario, policy, seed, catalogue),
            scenario=canonical(scenario.model_dump(mode="json")),
            specification=canonical(policy.model_dump(mode="json")),
            plugin_files=tuple(plugin_files),
            out=out,
            patience=patience,
        )
        for seed in seeds
        for policy in policies
    ]


def execute(tasks: Sequence[Task], jobs: int, on_done: OnDone) -> None:
    """Do every task and store its record, at most `jobs` at a time; `on_done` is called after each, in any order.

    A run that its own policy ends stops nothing else, unless `on_done` raises. Raises RunError where the engine's books
    do not balance; runs stored before stay.
    """
    if jobs == 1:
        _execute_here(tasks, on_done)
    elif tasks:
        _execute_in_pool(tasks, min(jobs, len(tasks)), on_done)


def run_task(task: Task) -> str:
    """Simulate one task and store its record; returns why the policy ended the run, empty where it did not."""
    catalogue = _catalogue(task.plugin_files)
    scenario = Scenario.model_validate(json.loads(task.scenario))
    policy = Policy.model_validate(json.loads(task.specification))
    try:
        record = run_policy(scenario, policy, task.seed, catalogue, task.patience)
    except PolicyError as error:
        return error.reason
    RunStore(task.out).write(record, task.key)
    return ""


def _execute_here(tasks: Sequence[Task], on_done: OnDone) -> None:
    _catalogue.cache_clear()  # plugin files may have changed since an earlier comparison of this process
    for task in tasks:
        on_done(task, run_task(task))


def _execute_in_pool(tasks: Sequence[Task], workers: int, on_done: OnDone) -> None:
    """When a process ends, the first tasks left were under way: each is done again alone, to see which one it was."""
    left = list(tasks)
    while left:
        left = _execute_until_broken(left, workers, on_done)
        alone, left = left[:workers], left[workers:]
        for task in alone:
            if _execute_until_broken([task], 1, on_done):
                on_done(task, ENDED)


def _execute_until_broken(tasks: Sequence[Task], workers: int, on_done: OnDone) -> list[Task]:
    """Do tasks in one pool and return, in their order, those left when one of its processes ended unexpectedly."""
    left = dict.fromkeys(tasks)
    context = multiprocessing.get_context("spawn")
    with (
        _one_blas_thread(),
        ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool,
    ):
        try:
            futures = {pool.submit(run_task, task): task for task in tasks}
            for future in as_completed(futures):
                reason = future.result()
                del left[futures[future]]
                on_done(futures[future], reason)
        except BrokenProcessPool:
            pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return list(left)


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Workers inherit the environment: one thread each, or they fight for the same cores."""
    before = {name: os.environ.get(name) for name in BLAS_THREADS}
    os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start_worker() -> None:
    """An interrupt ends a worker at once and in silence, as does the end of its parent, which has told all warnings."""
    warnings.simplefilter("ignore", PluginWarning)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _catalogue(plugin_files: tuple[Path, ...]) -> Catalogue:
    return Catalogue.load(plugin_files)
