"""One run beside the reference run of its seed: what several scores need of it, worked out once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.scores.measures.beneficial_owners import Owners, numbers
from lastresort.scores.measures.costs import Costs
from lastresort.scores.measures.hedges import HedgedPair
from lastresort.scores.measures.population import Population
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord


@dataclass(frozen=True)
class Look:
    """A run, what it is measured against, and where lines are drawn; owners `[o]`, money in USD.

    Losses and burdens are those of the owners whom the run concerned, `[n]`.

    Raises InputError where the two runs hold different accounts.
    """

    run: RunRecord
    yardstick: Yardstick
    thresholds: Thresholds = DEFAULT

    def __post_init__(self) -> None:
        self.owners.check(self.run, self.reference)

    @property
    def reference(self) -> RunRecord:
        """The reference run of the same seed."""
        return self.yardstick.reference

    @property
    def owners(self) -> Owners:
        """Who holds which account."""
        return self.yardstick.owners

    @cached_property
    def population(self) -> Population:
        """The owners whom the run concerned, sized by equity."""
        return Population.of(self.run, self.owners, self.cost)

    @cached_property
    def costs(self) -> Costs:
        """What the rule took from whom."""
        return Costs(self.run, self.owners)

    @cached_property
    def cost(self) -> Floats:
        """Imposed cost of each owner at the headline's fair price, `[o]`; negative where the rule favoured it."""
        return self.costs.by_owner()

    @cached_property
    def loss(self) -> Floats:
        """What each owner lost to the rule, `[n]`, >= 0."""
        return np.maximum(self.cost, 0.0)[self.population.who]

    @cached_property
    def burden(self) -> Floats:
        """Share of its equity that each owner lost to the rule, `[n]`, in [0, 1]."""
        return self.population.burden(self.loss)

    @cached_property
    def pair(self) -> HedgedPair:
        """The hedged books of both runs."""
        return HedgedPair.of(self.run, self.reference, self.yardstick.hedges, self.thresholds)

    @cached_property
    def unpaid(self) -> float:
        """Loss that nobody had paid by the end."""
        return float(self.run.books["unpaid"].sum())

    @cached_property
    def time(self) -> Floats:
        """Times of the samples of the series, seconds."""
        return numbers(self.run.series, "time")


Part = Callable[[Look], float]
"""What one run scores."""


@dataclass(frozen=True, slots=True)
class FromLook:
    """A function of a `Look` as the measure of a score; NaN where there is no such number."""

    part: Part

    def __call__(self, run: RunRecord, reference: RunRecord) -> float:
        """What a run scores beside the reference run of its seed."""
        return self.part(look_at(run, reference))


def scored(**words: Any) -> Callable[[Part], Score]:
    """Make a function of a `Look` a score of its name; `words` are the other fields of `Score`."""
    return lambda part: Score(name=part.__name__, measure=FromLook(part), **words)


@lru_cache(maxsize=1)
def look_at(run: RunRecord, reference: RunRecord) -> Look:
    """The run beside its reference; the last pair asked for is kept."""
    return Look(run, Yardstick(reference))
