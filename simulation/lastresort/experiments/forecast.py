"""How long a study would take and how much disk, from runs that were done: some of its own, or a pilot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean

from lastresort.experiments.design import Design
from lastresort.experiments.executors import Here, Task
from lastresort.experiments.store import RunStore

SAMPLE = 20
"""Finished runs of a scenario that are looked at."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run takes: seconds of one core and bytes on the disk, means of `runs`; `what` says which those were."""

    seconds: float
    size: float
    runs: int
    what: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Runs of a scenario, how many of them are done, and what each of the others is expected to take."""

    scenario: str
    total: int
    done: int
    cost: Cost

    @property
    def left(self) -> int:
        """Number of runs to do."""
        return self.total - self.done

    @property
    def seconds(self) -> float:
        """Seconds of one core that the runs to do would take."""
        return self.left * self.cost.seconds

    @property
    def size(self) -> float:
        """Bytes that the runs to do would take."""
        return self.left * self.cost.size


def forecast(designs: Mapping[str, Design], store: RunStore) -> list[Forecast]:
    """Forecast each scenario from finished runs where it has some, and from a pilot of two runs where not.

    Nothing is written. The pilot runs the reference and the next policy on the first seed; other rules may take longer.
    """
    stored = set(store.keys())
    found = []
    for name, design in designs.items():
        tasks = design.tasks()
        done = [task.key for task in tasks if task.key in stored]
        cost = _of_runs(store, done) if done else _pilot(tasks)
        found.append(Forecast(name, len(tasks), len(done), cost))
    return found


def mean_seconds(store: RunStore, keys: Sequence[str]) -> float:
    """Mean of the seconds of one core that finished runs took, from a sample spread evenly over them."""
    return fmean(float(store.log(key)["cpu_seconds"]) for key in sample(keys))


def sample(keys: Sequence[str]) -> Iterable[str]:
    """Return at most SAMPLE keys, spread evenly over all of them; the same ones each time."""
    return sorted(keys)[:: -(-len(keys) // SAMPLE)]


def _of_runs(store: RunStore, keys: Sequence[str]) -> Cost:
    seen = list(sample(keys))
    sizes = [sum(file.stat().st_size for file in store.folder(key).iterdir()) for key in seen]
    return Cost(mean_seconds(store, seen), fmean(sizes), len(seen), "finished runs of this study")


def _pilot(tasks: Sequence[Task]) -> Cost:
    """The first run of a process compiles and loads; the reference is run twice and counts once."""
    first = list(islice(tasks, 2))
    _, *outcomes = Here().perform(iter((first[0], *first)))
    sizes = [sum(map(len, outcome.files.values())) for outcome in outcomes if outcome.files]
    policies = " and ".join(f"{task.policy}, seed {task.seed}" for task in first)
    return Cost(
        fmean(outcome.seconds for outcome in outcomes), fmean(sizes or [0]), len(outcomes), f"pilot: {policies}"
    )
