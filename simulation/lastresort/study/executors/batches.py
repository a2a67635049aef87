"""Batches of tasks under way in a pool: small enough to lose little, large enough not to wait for one another."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice

from lastresort.study.executors.task import Outcome, Task, perform_all

WORTHWHILE = 0.5
"""Seconds that a batch should take."""

LARGEST = 64
"""Tasks in a batch at most."""

AHEAD = 2
"""Batches that are handed out per worker: one that it does, and one that waits for it."""


class UnderWay:
    """Hands tasks out to a pool and takes back what comes of them; `left` are those without an outcome so far.

    A batch has at most `largest` tasks.
    """

    def __init__(self, pool: Executor, width: int, tasks: Iterator[Task], largest: int = LARGEST) -> None:
        self._pool = pool
        self._most = AHEAD * width
        self._tasks = tasks
        self._largest = largest
        self._batches: dict[Future[list[Outcome]], tuple[Task, ...]] = {}
        self._size = 1

    @property
    def left(self) -> list[Task]:
        """Tasks that were handed out and did not come back, in their order."""
        return [task for batch in self._batches.values() for task in batch]

    def __iter__(self) -> Iterator[Outcome]:
        self._hand_out()
        while self._batches:
            done, _ = wait(self._batches, return_when=FIRST_COMPLETED)
            for future in done:
                outcomes = future.result()
                del self._batches[future]
                self._size = min(self._largest, _size(outcomes))
                self._hand_out()
                yield from outcomes

    def _hand_out(self) -> None:
        while len(self._batches) < self._most and (batch := tuple(islice(self._tasks, self._size))):
            self._batches[self._pool.submit(perform_all, batch)] = batch


def _size(outcomes: list[Outcome]) -> int:
    """How many such tasks are worth a batch."""
    each = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
    return max(1, int(WORTHWHILE / max(each, 1e-9)))
