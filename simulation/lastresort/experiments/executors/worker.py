"""What a worker of a cluster does with a batch: check itself, unpack plugin files, and hand runs to processes.

Every run is done in the main thread of a process, unlike on a thread of the worker: the limits on the time and the
memory of an answer take effect there, and a rule that ends its process ends nothing else.
"""

import os
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from lastresort.experiments.environment import difference
from lastresort.experiments.executors.plugin_runs import PluginRuns
from lastresort.experiments.executors.task import ForeignWorkerError, Outcome, Task
from lastresort.experiments.keys import all_versions


@dataclass(frozen=True, slots=True)
class Baggage:
    """What comes with a batch: the versions it demands, and what its plugins hold, by relative path."""

    versions: Mapping[str, str]
    plugin_files: Mapping[Path, Mapping[str, bytes]]


def perform_there(tasks: Sequence[Task], baggage: Baggage) -> list[Outcome]:
    """Do a batch of tasks on a thread of a worker, in processes of their own.

    Raises ForeignWorkerError where this worker would do other runs, and RunError as `perform` does.
    """
    if differs := difference(all_versions(), baggage.versions):
        raise ForeignWorkerError(f"worker {socket.gethostname()} {differs}")
    copies = {file: _unpacked(file, content) for file, content in baggage.plugin_files.items()}
    here, runs = {task.key: _with_copies(task, copies) for task in tasks}, PluginRuns(abroad=True)
    return [replace(runs.perform(here[task.key]), task=task) for task in tasks]


def _with_copies(task: Task, copies: Mapping[Path, Path]) -> Task:
    own, path = (
        replace(plugins, files=tuple(copies[file] for file in plugins.files))
        for plugins in (task.plugins, task.path_plugins)
    )
    return replace(task, plugins=own, path_plugins=path)


def _unpacked(file: Path, content: Mapping[str, bytes]) -> Path:
    """A copy of a plugin file or folder in this worker's own folder, which is called after what it holds."""
    from distributed import get_worker

    told = b"".join(name.encode() + sha256(one).digest() for name, one in sorted(content.items()))
    home = Path(get_worker().local_directory) / "plugin-files" / sha256(told).hexdigest()
    for name, one in content.items():
        copy = home / name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            unfinished = copy.with_name(f"{copy.name}.{threading.get_ident()}")
            unfinished.write_bytes(one)
            os.replace(unfinished, copy)
    return home / file.name
