"""Do the runs that are not done yet: claim each before it starts, store it when it ends, wait for those of others."""

import time
from collections.abc import Callable, Iterator, Sequence

from lastresort.study.executors import Executor, Outcome, Task
from lastresort.study.folders.writing import writing_to
from lastresort.study.store import Claim, Failures, RunStore, claim

PAUSE = 0.2
"""Seconds between looks at runs that another process is doing."""

OnDone = Callable[[Task, str, bool], None]
"""Called after each run, in any order, with the reason why it failed (empty where it was finished and
stored), and whether somebody else had done it."""


def carry_out(tasks: Sequence[Task], store: RunStore, executor: Executor, on_done: OnDone) -> None:
    """Have every run done once, whoever does it; raises RunError where that is impossible. Stored runs stay."""
    left = _not_done(tasks, store, on_done)
    while left:
        agenda = Agenda(left, store, on_done)
        try:
            with writing_to(store.directory):
                for outcome in executor.perform(iter(agenda)):
                    agenda.settle(outcome)
        finally:
            agenda.release()
        left = agenda.others
        if left:
            time.sleep(PAUSE)


def _not_done(tasks: Sequence[Task], store: RunStore, on_done: OnDone) -> list[Task]:
    left = []
    for task in tasks:
        if store.sound(task.key):
            on_done(task, "", True)
        else:
            left.append(task)
    return left


class Agenda:
    """Tasks for an executor, each claimed when it is taken; `others` are those that another process is doing."""

    def __init__(self, tasks: Sequence[Task], store: RunStore, on_done: OnDone) -> None:
        self._tasks = tasks
        self._store = store
        self._failures = Failures(store.directory)
        self._on_done = on_done
        self._claims: dict[str, Claim] = {}
        self.others: list[Task] = []

    def __iter__(self) -> Iterator[Task]:
        for task in self._tasks:
            mine = claim(self._store.directory, task.key)
            if mine is None:
                self.others.append(task)
                continue
            if self._store.sound(task.key):
                mine.release()
                self._on_done(task, "", True)
                continue
            self._claims[task.key] = mine
            yield task

    def settle(self, outcome: Outcome) -> None:
        """Store what came of a task, and give the claim up."""
        task = outcome.task
        if outcome.files is None:
            self._failures.record(task.key, task.policy, task.seed, outcome.reason)
        else:
            self._store.write(task.key, outcome.files)
            self._failures.take_back(task.key)
        self._claims.pop(task.key).release()
        self._on_done(task, outcome.reason, False)

    def release(self) -> None:
        """Give up the claims on what was not done."""
        while self._claims:
            self._claims.popitem()[1].release()
