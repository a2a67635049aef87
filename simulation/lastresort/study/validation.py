"""Does the model reproduce what is publicly known? Measured medians against bands with a source."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.recording.record import RunRecord
from lastresort.study.executor import Task, execute, plan
from lastresort.study.experiment import Progress, check_jobs, check_seeds
from lastresort.study.run import PolicyError
from lastresort.study.store import RunStore
from lastresort.study.waterfalls import resolve

POLICY = "fund+queue-adl"
"""What most venues did in October 2025; targets are judged under it."""


@dataclass(frozen=True)
class Target:
    """A public figure as a band [`low`, `high`] in `unit`, for one scenario.

    `measure` takes one number from a run; `summary` turns the numbers of all seeds into the one that is judged.
    """

    scenario: str
    name: str
    low: float
    high: float
    unit: str
    source: str
    measure: Callable[[RunRecord], float]
    summary: Callable[[Sequence[float]], float] = lambda values: float(np.median(values))


@dataclass(frozen=True)
class Outcome:
    """What the model gave for a target: one value per seed."""

    target: Target
    values: tuple[float, ...]

    @property
    def measured(self) -> float:
        """The number that is judged, in the target's unit."""
        return self.target.summary(self.values)

    @property
    def hit(self) -> bool:
        """Whether it lies in the band; never where it is undefined (NaN)."""
        return self.target.low <= self.measured <= self.target.high


@dataclass(frozen=True)
class Validation:
    """The runs that `targets` ask for: each of their scenarios under queue ADL, with each of `seeds`."""

    targets: Sequence[Target]
    seeds: tuple[int, ...]
    jobs: int = 1

    def __post_init__(self) -> None:
        check_seeds(self.seeds)
        check_jobs(self.jobs)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the order of the targets."""
        return tuple(dict.fromkeys(target.scenario for target in self.targets))

    def run(self, on_progress: Callable[[Progress], None] = lambda progress: None) -> list[Outcome]:
        """Simulate and measure; outcomes come in the order of the targets, their values in the order of the seeds."""
        outcomes: dict[Target, Outcome] = {}
        with TemporaryDirectory() as directory:
            for place, scenario in enumerate(self.scenarios):
                out = Path(directory) / str(place)
                self._simulate(scenario, out, place * len(self.seeds), on_progress)
                outcomes |= self._outcomes(scenario, RunStore(out))
        return [outcomes[target] for target in self.targets]

    def _simulate(self, scenario: str, out: Path, before: int, on_progress: Callable[[Progress], None]) -> None:
        catalogue = Catalogue.load()
        policy = resolve(catalogue.policy(POLICY), catalogue)
        tasks = plan(catalogue.scenario(scenario), (policy,), self.seeds, catalogue, (), out)
        done = itertools.count(before + 1)
        total = len(self.scenarios) * len(self.seeds)

        def report(task: Task, reason: str) -> None:
            if reason:
                raise PolicyError(task.policy, task.seed, reason)
            on_progress(Progress(scenario, task.seed, next(done), total, False))

        execute(tasks, self.jobs, report)

    def _outcomes(self, scenario: str, store: RunStore) -> dict[Target, Outcome]:
        targets = [target for target in self.targets if target.scenario == scenario]
        records = (store.read(POLICY, seed) for seed in self.seeds)
        rows = [[target.measure(record) for target in targets] for record in records]
        return {
            target: Outcome(target, values) for target, values in zip(targets, zip(*rows, strict=True), strict=True)
        }
