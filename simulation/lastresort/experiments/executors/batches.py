"""Batches of tasks under way in a pool: small enough to lose little, large enough not to wait for one another."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice

from lastresort.experiments.executors.task import ENDED, Outcome, Task

WORTHWHILE = 0.5
"""Seconds that a batch should take."""

LARGEST = 64
"""Tasks in a batch at most."""

AHEAD = 2
"""Batches that are handed out per worker: one that it does, and one that waits for it."""

Submit = Callable[[tuple[Task, ...]], Future[list[Outcome]]]


class UnderWay:
    """Hands tasks out to a pool and takes back what comes of them; `left` are those without an outcome so far.

    `submit` has a batch done, of at most `largest` tasks; `width` says how many workers the pool has now. `lost` are
    the exceptions that say of a batch that it ended its workers: each of its tasks is done again alone then, and one
    that was alone has failed.
    """

    def __init__(
        self,
        submit: Submit,
        width: Callable[[], int],
        tasks: Iterator[Task],
        largest: int = LARGEST,
        lost: tuple[type[Exception], ...] = (),
    ) -> None:
        self._submit = submit
        self._width = width
        self._tasks = tasks
        self._largest = largest
        self._lost = lost
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
                outcomes = self._result(future)
                del self._batches[future]
                self._hand_out()
                yield from outcomes

    def _hand_out(self) -> None:
        most = AHEAD * max(1, self._width())
        while len(self._batches) < most and (batch := tuple(islice(self._tasks, self._size))):
            self._batches[self._submit(batch)] = batch

    def _result(self, future: Future[list[Outcome]]) -> list[Outcome]:
        try:
            outcomes = future.result()
        except self._lost:
            return self._again(self._batches[future])
        self._size = min(self._largest, _size(outcomes))
        return outcomes

    def _again(self, batch: tuple[Task, ...]) -> list[Outcome]:
        if len(batch) == 1:
            return [Outcome(batch[0], None, ENDED)]
        for task in batch:
            self._batches[self._submit((task,))] = (task,)
        return []


def _size(outcomes: list[Outcome]) -> int:
    """How many such tasks are worth a batch."""
    each = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
    return max(1, int(WORTHWHILE / max(each, 1e-9)))
