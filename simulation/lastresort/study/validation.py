"""Does the model reproduce what is publicly known? Measured medians against bands with a source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.record import RunRecord
from lastresort.study.executor import Task, execute, plan
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


def validate(
    targets: Sequence[Target], seeds: Sequence[int], jobs: int, on_done: Callable[[Task], None]
) -> list[Outcome]:
    """Run the scenarios of `targets` under queue ADL and measure; the records are thrown away afterwards.

    Outcomes come in the order of the targets, their values in the order of the seeds.
    """
    with TemporaryDirectory() as directory:
        outcomes: dict[Target, Outcome] = {}
        for scenario in dict.fromkeys(target.scenario for target in targets):
            out = Path(directory) / scenario
            execute(_tasks(scenario, seeds, out), jobs, on_done)
            asked = [target for target in targets if target.scenario == scenario]
            outcomes |= _outcomes(asked, seeds, RunStore(out))
    return [outcomes[target] for target in targets]


def _tasks(scenario: str, seeds: Sequence[int], out: Path) -> list[Task]:
    catalogue = Catalogue.load()
    policy = resolve(catalogue.policy(POLICY), catalogue)
    return plan(catalogue.scenario(scenario), (policy,), seeds, catalogue, (), out)


def _outcomes(targets: Sequence[Target], seeds: Sequence[int], store: RunStore) -> dict[Target, Outcome]:
    rows = [[target.measure(record) for target in targets] for record in (store.read(POLICY, seed) for seed in seeds)]
    return {target: Outcome(target, values) for target, values in zip(targets, zip(*rows, strict=True), strict=True)}
