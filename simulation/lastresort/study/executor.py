"""Run a plan of tasks, in this process or in several."""

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.scenario import Scenario
from lastresort.study.keys import canonical, run_key
from lastresort.study.run import RunError, run_policy
from lastresort.study.store import RunStore

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do, as text that any process can read: no object of the simulator or of a plugin is pickled.

    `scenario` and `specification` (of the policy) are JSON, `key` is the run's identity, `out` the output folder.
    """

    policy: str
    seed: int
    key: str
    scenario: str
    specification: str
    plugin_files: tuple[Path, ...]
    out: Path


def plan(
    scenario: Scenario,
    policies: Sequence[Policy],
    seeds: Sequence[int],
    catalogue: Catalogue,
    plugin_files: Sequence[Path],
    out: Path,
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
        )
        for seed in seeds
        for policy in policies
    ]


def execute(tasks: Sequence[Task], jobs: int, on_done: Callable[[Task], None]) -> None:
    """Do every task and store its record, at most `jobs` at a time; `on_done` is called after each, in any order.

    Raises RunError at the first run that fails; runs stored before stay.
    """
    if jobs == 1:
        _execute_here(tasks, on_done)
    elif tasks:
        _execute_in_pool(tasks, min(jobs, len(tasks)), on_done)


def run_task(task: Task) -> None:
    """Simulate one task and store its record."""
    catalogue = _catalogue(task.plugin_files)
    scenario = Scenario.model_validate(json.loads(task.scenario))
    policy = Policy.model_validate(json.loads(task.specification))
    record = run_policy(scenario, policy, task.seed, catalogue)
    RunStore(task.out).write(record, task.key)


def _execute_here(tasks: Sequence[Task], on_done: Callable[[Task], None]) -> None:
    for task in tasks:
        run_task(task)
        on_done(task)


def _execute_in_pool(tasks: Sequence[Task], workers: int, on_done: Callable[[Task], None]) -> None:
    context = multiprocessing.get_context("spawn")
    with (
        _one_blas_thread(),
        ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool,
    ):
        futures = {pool.submit(run_task, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                future.result()
                on_done(futures[future])
        except BrokenProcessPool as error:
            raise RunError("a worker process ended unexpectedly (out of memory?); finished runs are kept") from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


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
    """An interrupt ends a worker at once and in silence; so does the end of its parent."""
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
