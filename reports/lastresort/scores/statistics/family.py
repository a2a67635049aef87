"""Differences between policies that are judged together: p values are adjusted over the whole family."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastresort.plugins.score import Score
from lastresort.scores.headline import smallest_difference
from lastresort.scores.statistics import verdicts
from lastresort.scores.statistics.differences import Tested, estimate_differences
from lastresort.scores.statistics.significance import equivalence_p_value, holm
from lastresort.scores.statistics.terms import terms
from lastresort.scores.statistics.verdicts import Difference

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Pair:
    """A policy and the one it is compared with on a score: their rows of the score table, both by ascending seed.

    The smallest difference of interest goes by what `margin_rows` score, those of the baseline where they are None.
    """

    score: Score
    policy: str
    baseline: str
    rows: "pd.DataFrame"
    baseline_rows: "pd.DataFrame"
    margin_rows: "pd.DataFrame | None" = None

    @property
    def margin(self) -> float:
        """The smallest difference of interest, in the score's unit."""
        return smallest_difference(self.score, self.baseline_rows if self.margin_rows is None else self.margin_rows)


def judge(family: Sequence[Pair]) -> tuple[Difference, ...]:
    """Estimate every difference of a family and judge it, in the order given; p values are adjusted by Holm.

    Those of "no difference" and those of "no equivalence" are two families, judged at 5 and at 2.5 %.
    """
    found = tested(family)
    margins = [pair.margin for pair in family]
    within = [
        equivalence_p_value(one.estimate, margin, len(pair.rows))
        for pair, margin, one in zip(family, margins, found, strict=True)
    ]
    adjusted, within_adjusted = holm([one.p_value for one in found]), holm(within)
    return tuple(
        Difference(
            policy=pair.policy,
            baseline=pair.baseline,
            score=pair.score.name,
            estimate=one.estimate,
            p_value=one.p_value,
            p_adjusted=float(adjusted[place]),
            p_equivalent=within[place],
            p_equivalent_adjusted=float(within_adjusted[place]),
            verdict=verdicts.verdict(pair.score, one.estimate, margins[place], adjusted[place], within_adjusted[place]),
            seeds_needed=verdicts.seeds_needed(one.estimate, margins[place], len(pair.rows), len(family)),
            pairing=one.pairing,
            margin=margins[place],
        )
        for place, (pair, one) in enumerate(zip(family, found, strict=True))
    )


def tested(family: Sequence[Pair]) -> list[Tested]:
    """Estimate and test every difference, in the order given, without adjusting anything."""
    return estimate_differences(
        [(terms(pair.rows, pair.score), terms(pair.baseline_rows, pair.score)) for pair in family]
    )
