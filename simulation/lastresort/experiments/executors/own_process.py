"""A process that does runs for one thread of a worker: tasks go in on a pipe, and outcomes come out on another.

In its main thread, unlike on a thread of the worker, the limits on the time and the memory of an answer take effect,
and a rule that ends its process ends nothing else. It is a plain subprocess, which Dask's workers may have.
"""

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import warnings
from typing import IO

from lastresort.experiments.executors.processes import ONE_THREAD
from lastresort.experiments.executors.task import Outcome, Task, perform
from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.installed import VARIABLE


class ProcessEndedError(Exception):
    """The process is gone, and what it was doing with it."""


class OwnProcess:
    """A process with one thread for linear algebra; `plugins` is its LASTRESORT_PLUGINS, None where that is unset."""

    def __init__(self, plugins: str | None) -> None:
        self.plugins = plugins
        environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
        environment |= dict.fromkeys(ONE_THREAD, "1") | ({} if plugins is None else {VARIABLE: plugins})
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def perform(self, task: Task) -> Outcome:
        """Have a task done; raises what doing it raises, and ProcessEndedError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _send(task, self._process.stdin)
            answer = pickle.load(self._process.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            raise ProcessEndedError from error
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Outcome)
        return answer

    def end(self) -> None:
        """Have done with it."""
        self._process.kill()
        self._process.communicate()


def serve() -> None:
    """Do tasks until there is nobody any more who sends them; a rule that reads or prints has no part in it."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    warnings.simplefilter("ignore", PluginWarning)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(incoming, tasks), daemon=True).start()
    while True:
        _send(_answer(tasks.get()), outgoing)


def _receive(incoming: IO[bytes], tasks: "queue.SimpleQueue[Task]") -> None:
    """On a thread of its own, so that the process ends with its worker, whatever it is doing."""
    try:
        while True:
            tasks.put(pickle.load(incoming))
    finally:
        os._exit(0)


def _answer(task: Task) -> Outcome | Exception:
    try:
        return perform(task)
    except Exception as error:
        return error


def _send(item: object, pipe: IO[bytes]) -> None:
    pickle.dump(item, pipe)
    pipe.flush()
