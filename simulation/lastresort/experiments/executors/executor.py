"""What an executor is: it does tasks, and says what came of each."""

from collections.abc import Iterator
from typing import Protocol

from lastresort.experiments.executors.task import Outcome, Task


class Executor(Protocol):
    """Does tasks on `width` workers at a time; what comes of them depends on nothing but the tasks."""

    @property
    def width(self) -> int:
        """Number of runs that can be under way at once."""

    def perform(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Yield what comes of each task, in any order; takes tasks when workers are free to do them.

        A run that fails stops nothing else. Raises RunError where nothing that is done from there on
        could be trusted.
        """
