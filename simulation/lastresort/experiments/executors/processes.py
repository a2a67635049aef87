"""Runs in processes of this machine."""

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, groupby

from lastresort.experiments.executors.batches import LARGEST, UnderWay
from lastresort.experiments.executors.compiling import compile_ahead
from lastresort.experiments.executors.plugin_runs import PluginRuns
from lastresort.experiments.executors.task import ENDED, Outcome, Task, perform_all
from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.isolation.plugin_process import ONE_THREAD
from lastresort.plugins.isolation.rooms import ROOMS


class Processes:
    """The executor for the cores of one machine."""

    def __init__(self, jobs: int) -> None:
        self.width = jobs

    def perform(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Yield what comes of each task; where a process ends, the tasks under way are done again one by one."""
        compile_ahead()
        for contained, group in groupby(tasks, key=lambda task: task.contained):
            do = _in_plugin_processes if contained else _in_pool
            yield from do(group, self.width)


def _in_plugin_processes(tasks: Iterator[Task], width: int) -> Iterator[Outcome]:
    """Do tasks in which plugins have a part; a thread waits for each process."""
    runs = PluginRuns()
    with ThreadPoolExecutor(width) as threads:
        try:
            yield from UnderWay(lambda batch: threads.submit(runs.perform_all, batch), lambda: width, tasks)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            ROOMS.end()
            raise


def _in_pool(tasks: Iterator[Task], width: int) -> Iterator[Outcome]:
    while suspects := (yield from _until_broken(tasks, width)):
        yield from _one_by_one(iter(suspects))


def _one_by_one(suspects: Iterator[Task]) -> Iterator[Outcome]:
    """Do tasks that may end their process in one process, which takes the next when it is done with the one before."""
    while left := (yield from _until_broken(suspects, 1, largest=1)):
        culprit, *waiting = left
        yield Outcome(culprit, None, ENDED)
        suspects = chain(waiting, suspects)


def _until_broken(tasks: Iterator[Task], width: int, largest: int = LARGEST) -> Generator[Outcome, None, list[Task]]:
    """Do tasks in one pool; returns those that were under way when one of its processes ended unexpectedly."""
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(width, mp_context=context, initializer=_start_worker) as pool:
        under_way = UnderWay(lambda batch: pool.submit(perform_all, batch), lambda: width, tasks, largest)
        try:
            yield from under_way
        except BrokenProcessPool:
            return under_way.left
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return []


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers inherit the environment: one thread each, or they fight for the same cores."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
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
    gc.set_threshold(50_000)  # as the command line does: what is imported is no garbage
    warnings.simplefilter("ignore", PluginWarning)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
