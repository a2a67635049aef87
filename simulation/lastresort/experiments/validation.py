"""Does the model reproduce what is publicly known? Measured medians against bands with a source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lastresort.experiments.design import Design
from lastresort.experiments.executors import executor
from lastresort.experiments.executors.task import our_catalogue
from lastresort.experiments.experiment import check_jobs, check_seeds
from lastresort.experiments.runner import OnProgress, unstored_runs
from lastresort.experiments.store import RunStore
from lastresort.experiments.waterfalls import resolve
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario

POLICY = "fund+queue-adl"
"""What most venues did in October 2025; targets are judged under it."""


Role = Literal["evidence", "input"]
"""What a target is worth: judged on what the model was not fitted to, or a repetition of what was put in."""


def median(values: Sequence[float]) -> float:
    """The median over seeds."""
    return float(np.median(values))


def mean(values: Sequence[float]) -> float:
    """The mean over seeds."""
    return float(np.mean(values))


@dataclass(frozen=True)
class Target:
    """A public figure as a band [`low`, `high`] in `unit`, for one scenario.

    `measure` takes one number from a run; `summary` turns the numbers of all seeds into the one that is judged. A
    figure that the model was fitted to has the role `input`: it may be missed, but to meet it proves nothing.
    """

    scenario: str
    name: str
    low: float
    high: float
    unit: str
    source: str
    measure: Callable[[RunRecord], float]
    summary: Callable[[Sequence[float]], float] = median
    role: Role = "evidence"


@dataclass(frozen=True)
class Outcome:
    """What the model gave for a target: one value for each of `seeds`."""

    target: Target
    seeds: tuple[int, ...]
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
    """The runs that `targets` ask for: each of their scenarios under queue ADL.

    A scenario with news is run with each of `seeds`, one without any is a calm day and run with each of `calm_seeds`.
    """

    targets: Sequence[Target]
    seeds: tuple[int, ...]
    calm_seeds: tuple[int, ...]
    jobs: int = 1

    def __post_init__(self) -> None:
        check_seeds(self.seeds)
        check_seeds(self.calm_seeds)
        check_jobs(self.jobs)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the order of the targets."""
        return tuple(dict.fromkeys(target.scenario for target in self.targets))

    def run(self, on_progress: OnProgress = lambda progress: None) -> list[Outcome]:
        """Simulate and measure; outcomes come in the order of the targets, their values in the order of the seeds."""
        designs = self._designs()
        with unstored_runs(designs.values(), executor(self.jobs), on_progress) as store:
            outcomes = [outcome for name, design in designs.items() for outcome in self._outcomes(name, design, store)]
        return sorted(outcomes, key=lambda outcome: self.targets.index(outcome.target))

    def _designs(self) -> dict[str, Design]:
        catalogue = our_catalogue()
        policy = resolve(catalogue.policy(POLICY), catalogue)
        scenarios = {name: catalogue.scenario(name) for name in self.scenarios}
        return {name: Design(one, (policy,), self._seeds(one), catalogue) for name, one in scenarios.items()}

    def _seeds(self, scenario: Scenario) -> tuple[int, ...]:
        return self.seeds if scenario.news else self.calm_seeds

    def _outcomes(self, name: str, design: Design, store: RunStore) -> list[Outcome]:
        targets = [target for target in self.targets if target.scenario == name]
        records = map(store.read, design.keys().values())
        rows = [[target.measure(record) for target in targets] for record in records]
        values = zip(*rows, strict=True)
        return [Outcome(target, design.seeds, own) for target, own in zip(targets, values, strict=True)]
