"""Runs in which code of plugins has a part: each in a process that has imported these plugins and no others."""

import io
import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache, partial
from typing import Any

import numpy as np

from lastresort.experiments.executors.task import ForeignWorkerError, Outcome, Task, noted, perform
from lastresort.experiments.run import printable
from lastresort.experiments.store import DamagedRunError, unpack
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError
from lastresort.plugins.isolation.frames import Message
from lastresort.plugins.isolation.plugin_process import MOST_OF_THE_WAY, believed
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.simulation.market.path import PricePath
from lastresort.simulation.stage_clock import StageTime

ATTEMPTS = 2
"""A process may have ended for what came before: a run is done again once, in a new one."""

PATH = ("time", "opening", "closing", "bid", "ask")


class PluginRuns:
    """Does such runs, on as many threads as ask; a policy that took too long once is not waited for again.

    Where a process has other rules than the study, it is the plugin that changed meanwhile, and its run that fails;
    `abroad`, on a worker of a cluster, something else is installed, and nothing from there could be trusted.
    """

    def __init__(self, abroad: bool = False) -> None:
        self._abroad = abroad
        self._late: dict[str, str] = {}
        self._path = lru_cache(maxsize=2)(_path_of)
        self._lock = threading.Lock()

    def perform_all(self, tasks: Iterable[Task]) -> list[Outcome]:
        """Do a batch of tasks, one after the other."""
        return [self.perform(task) for task in tasks]

    def perform(self, task: Task) -> Outcome:
        """Do one task; raises ForeignWorkerError."""
        if task.specification in self._late:
            return Outcome(task, None, self._late[task.specification])
        try:
            outcome = self._performed(task)
        except PluginEndedError as error:
            outcome = Outcome(task, None, str(error), late=error.final, traceback=error.traceback)
        if outcome.late:
            self._late[task.specification] = f"not tried: with seed {task.seed}, {outcome.reason}"
        return outcome

    def _performed(self, task: Task) -> Outcome:
        path = self._files_of_path(task)
        for attempt in range(ATTEMPTS):
            try:
                with ROOMS.borrowed(task.plugins, task.patience) as process:
                    said = process.ask(performed, {"task": _document(task)}, task.patience, path)
                return believed(partial(_outcome, task), said)
            except PluginEndedError as error:
                if error.final or attempt == ATTEMPTS - 1:
                    raise
            except InputError as error:
                if self._abroad:
                    raise ForeignWorkerError(f"worker {socket.gethostname()}: {error}") from error
                raise PluginEndedError(f"its plugin is another than it was: {error}", final=True) from error
        raise AssertionError("there is at least one attempt")

    def _files_of_path(self, task: Task) -> Mapping[str, bytes]:
        if not task.path or task.path == task.specification:
            return {}
        with self._lock:
            return self._path(task.world, task.path, task.seed, task.patience, task.path_plugins)


def performed(catalogue: Catalogue, task: dict[str, Any], files: Mapping[str, bytes] | None = None) -> Message:
    """Do a task in this process, held to a path where its files are given."""
    try:
        outcome = perform(_task(task), catalogue, _path(files) if files else None)
    except ForeignWorkerError as error:
        raise InputError(str(error)) from error
    told = {name: getattr(outcome, name) for name in ("reason", "seconds", "late", "traceback")}
    times = [asdict(one) for one in outcome.times]
    return Message(told | {"done": outcome.files is not None, "times": times}, outcome.files or {})


def path_noted(catalogue: Catalogue, world: str, specification: str, seed: int, patience: float) -> Message:
    """Do a run in this process, and return its price path as files."""
    _, path = noted(world, specification, seed, patience, catalogue)
    return Message({}, {name: _bytes(getattr(path, name)) for name in PATH})


def _path_of(world: str, specification: str, seed: int, patience: float, plugins: PluginSet) -> Mapping[str, bytes]:
    """The price path of a policy, from a process that has imported its plugins alone, or none."""
    wanted = {"world": world, "specification": specification, "seed": seed, "patience": patience}
    with ROOMS.borrowed(plugins, patience) as process:
        return process.ask(path_noted, wanted, patience).files


def _outcome(task: Task, said: Message) -> Outcome:
    """What a process says came of a task, as far as it has the form of a run of this key."""
    told = said.document
    if not told["done"]:
        reason, way = printable(str(told["reason"])), escaped(str(told["traceback"])[:MOST_OF_THE_WAY])
        return Outcome(task, None, reason, float(told["seconds"]), bool(told["late"]), traceback=way)
    try:
        unpack(said.files, task.key)
    except (DamagedRunError, KeyError) as error:
        raise PluginEndedError(f"its process gave files that are no run: {error}") from error
    times = tuple(StageTime(**one) for one in told["times"])
    return Outcome(task, said.files, seconds=float(told["seconds"]), times=times)


def _document(task: Task) -> dict[str, Any]:
    return asdict(task) | {"plugins": task.plugins.document(), "path_plugins": task.path_plugins.document()}


def _task(document: dict[str, Any]) -> Task:
    sets = {name: PluginSet.of(document[name]) for name in ("plugins", "path_plugins")}
    return Task(**document | sets)


def _bytes(column: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, column, allow_pickle=False)
    return content.getvalue()


def _path(files: Mapping[str, bytes]) -> PricePath:
    return PricePath(*(np.load(io.BytesIO(files[name]), allow_pickle=False) for name in PATH))
