"""Seeds until the declared comparisons are as precise as declared: two stages, of which only the first decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastresort.experiments.planning import Comparison, Precision
from lastresort.plugins.score import Score
from lastresort.scores.declared import answerable
from lastresort.scores.seeds.sample_sizes import Interval, Target, plan_precision

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
"""The score table of each scenario, without policies that failed."""


@dataclass(frozen=True, slots=True)
class Known:
    """How well a declared comparison is known; `interval` is None where one of its policies failed."""

    comparison: Comparison
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Precise:
    """Where the seeds ended: how many were `needed` for every comparison that can be answered, and what is known."""

    seeds: tuple[int, ...]
    needed: int
    known: tuple[Known, ...]

    @property
    def reached(self) -> bool:
        """Whether every interval is as narrow as declared; if not, the budget was too small."""
        return len(self.seeds) >= self.needed


def until_precise(
    run: Callable[[tuple[int, ...]], Tables],
    declared: Sequence[Comparison],
    scores: Mapping[str, Score],
    precision: Precision,
    first: int = 1,
) -> Precise:
    """Run the first stage, then the seeds that it says are needed, in all scenarios, and no more than the budget.

    `run` does all runs on some seeds, keeps what it did before, and returns the score tables. All intervals together
    hold with the declared confidence (Bonferroni over every declared comparison, answered or not). The same tables give
    the same seeds, so that an interrupted study comes to the same end. At most two calls: a policy that fails is left
    out, and the second stage does not decide on a third.
    """
    stage = _seeds(first, precision.first_stage)
    known = _known(run(stage), declared, scores, precision)
    needed = _needed(known, precision)
    if needed > len(stage):
        stage = _seeds(first, min(needed, precision.most_seeds))
        known = _known(run(stage), declared, scores, precision)
    return Precise(stage, needed, known)


def _seeds(first: int, number: int) -> tuple[int, ...]:
    return tuple(range(first, first + number))


def _known(
    tables: Tables, declared: Sequence[Comparison], scores: Mapping[str, Score], precision: Precision
) -> tuple[Known, ...]:
    share = 1 - (1 - precision.confidence) / len(declared)
    return tuple(
        Known(
            one,
            _interval(tables[one.scenario], one, scores, precision, share) if answerable(one, tables) else None,
        )
        for one in declared
    )


def _interval(
    table: "pd.DataFrame", one: Comparison, scores: Mapping[str, Score], precision: Precision, confidence: float
) -> Interval:
    target = Target(scores[one.score], one.policy, one.against, precision.half_width_of(one.score))
    (interval,) = plan_precision(table, [target], precision.first_stage, confidence=confidence).intervals
    return interval


def _needed(known: Sequence[Known], precision: Precision) -> int:
    return max((one.interval.needed for one in known if one.interval), default=precision.first_stage)
