"""What a worker of a cluster does with a batch: check itself, unpack plugin files, and hand runs to a process."""

import os
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from lastresort.experiments.environment import difference
from lastresort.experiments.executors.own_process import OwnProcess, ProcessEndedError
from lastresort.experiments.executors.task import ENDED, ForeignWorkerError, Outcome, Task
from lastresort.experiments.keys import all_versions

ATTEMPTS = 2
"""A process may have ended for what came before: a run is done again once, in a new one."""

_mine = threading.local()


@dataclass(frozen=True, slots=True)
class Baggage:
    """What comes with a batch: the versions it demands, the content of its plugin files, and LASTRESORT_PLUGINS."""

    versions: Mapping[str, str]
    plugin_files: Mapping[Path, bytes]
    plugins: str | None


def perform_there(tasks: Sequence[Task], baggage: Baggage) -> list[Outcome]:
    """Do a batch of tasks on a thread of a worker, in a process of its own.

    Raises ForeignWorkerError where this worker would do other runs, and RunError as `perform` does.
    """
    if differs := difference(all_versions(), baggage.versions):
        raise ForeignWorkerError(f"worker {socket.gethostname()} {differs}")
    copies = {file: _unpacked(file, content) for file, content in baggage.plugin_files.items()}
    return [_perform(task, copies, baggage.plugins) for task in tasks]


def _perform(task: Task, copies: Mapping[Path, Path], plugins: str | None) -> Outcome:
    here = replace(task, plugin_files=tuple(copies[file] for file in task.plugin_files))
    for _ in range(ATTEMPTS):
        try:
            return replace(_process(plugins).perform(here), task=task)
        except ProcessEndedError:
            _mine.process.end()
            del _mine.process
    return Outcome(task, None, ENDED)


def _process(plugins: str | None) -> OwnProcess:
    """The process of this thread, which lasts from batch to batch."""
    process: OwnProcess | None = getattr(_mine, "process", None)
    if process is None or process.plugins != plugins:
        if process is not None:
            process.end()
        _mine.process = process = OwnProcess(plugins)
    return process


def _unpacked(file: Path, content: bytes) -> Path:
    """A copy of a plugin file in this worker's own folder, which is called after what it holds."""
    from distributed import get_worker

    copy = Path(get_worker().local_directory) / "plugin-files" / sha256(content).hexdigest() / file.name
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_name(f"{file.name}.{threading.get_ident()}")
        unfinished.write_bytes(content)
        os.replace(unfinished, copy)
    return copy
