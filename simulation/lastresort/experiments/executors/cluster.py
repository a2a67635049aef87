"""Runs on the workers of a Dask scheduler, on as many machines as it has."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from lastresort.experiments.environment import difference
from lastresort.experiments.executors.batches import Submit, UnderWay
from lastresort.experiments.executors.task import Outcome, Task
from lastresort.experiments.executors.worker import Baggage, perform_there
from lastresort.experiments.keys import all_versions
from lastresort.experiments.run import RunError
from lastresort.plugins.errors import InputError, one_line
from lastresort.plugins.plugin_content import content

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = "3s"
"""How long the scheduler may take to answer at first."""

SIGHT = 1.0
"""Seconds for which a count of the workers is believed."""


class Cluster:
    """The executor for the workers of the scheduler at `address`; `width` is the number of their threads at first.

    Raises InputError where `distributed` is not installed, nobody answers, there are no workers, or one of them has
    other versions than this process. Workers that come later are checked when they are given runs.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        with _connected(address) as client:
            self.width = _threads(client)
            if not self.width:
                raise InputError(f"scheduler '{address}' has no workers: 'dask worker {address}' starts one")
            _check_workers(client, all_versions())

    def perform(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Yield what comes of each task; where a worker is lost, others do its runs."""
        from distributed import KilledWorker

        with _connected(self._address) as client:
            try:
                yield from UnderWay(_sender(client), _recount(client), tasks, lost=(KilledWorker,))
            except CancelledError as error:
                raise RunError(
                    f"scheduler '{self._address}' is gone; finished runs are kept, and the same command resumes"
                ) from error


@contextmanager
def _connected(address: str) -> "Iterator[Client]":
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise InputError("--scheduler needs 'distributed': pip install 'lastresort[cluster]'") from error
    try:
        get_address_host_port(address, strict=True)  # Client would take seconds to refuse it
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no scheduler answers at '{address}': {error}; allowed: an address as in tcp://host:8786"
        ) from error
    with client:
        yield client


def _check_workers(client: "Client", wanted: Mapping[str, str]) -> None:
    """Refuse a worker with other versions, or without lastresort, by its address."""
    for worker, found in client.run(all_versions, on_error="return").items():
        if isinstance(found, Exception):
            raise InputError(f"worker {worker} cannot load lastresort ({one_line(found)}): install it there")
        if differs := difference(found, wanted):
            raise InputError(f"worker {worker} {differs}")


def _sender(client: "Client") -> Submit:
    """Sends along with each batch what its worker may not have."""
    pool, wanted, held = client.get_executor(pure=False), all_versions(), cache(content)

    def submit(batch: tuple[Task, ...]) -> Future[list[Outcome]]:
        sets = [plugins for task in batch for plugins in (task.plugins, task.path_plugins)]
        files = {file: held(file) for plugins in sets for file in plugins.files}
        future: Future[list[Outcome]] = pool.submit(perform_there, batch, Baggage(wanted, files))
        return future

    return submit


def _recount(client: "Client") -> Callable[[], int]:
    """Workers come and go: counts them again, but not at every batch."""
    counted, threads = float("-inf"), 0

    def width() -> int:
        nonlocal counted, threads
        if time.monotonic() > counted + SIGHT:
            counted, threads = time.monotonic(), _threads(client)
        return threads

    return width


def _threads(client: "Client") -> int:
    return sum(client.nthreads().values())
