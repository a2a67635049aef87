"""What makes a score a headline: the smallest difference of interest, on which verdicts are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.plugins.score import Score
from lastresort.scores.statistics.ratios import ratio
from lastresort.scores.statistics.terms import terms

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineScore(Score):
    """A score on which policies are compared; the others are exploratory.

    The smallest difference of interest is `relative` (share) of what the baseline scores, and no less than `least`, in
    `unit` or, where `least_of` names a column of the score table, as a share of its mean over the runs.
    """

    relative: float = 0.0
    least: float = 0.0
    least_of: str = ""


def smallest_difference(score: Score, baseline: "pd.DataFrame") -> float:
    """The smallest difference of interest given the baseline's rows of the score table; 0 for scores without one."""
    if not isinstance(score, HeadlineScore):
        return 0.0
    value = abs(float(ratio(*terms(baseline, score)))) if len(baseline) else 0.0
    least = score.least * (float(np.mean(baseline[score.least_of])) if score.least_of else 1.0)
    return max(score.relative * value if np.isfinite(value) else 0.0, least)


def smallest_differences(
    scores: Sequence[Score], tables: "Mapping[str, pd.DataFrame]", baseline: str | None
) -> dict[str, float]:
    """The smallest difference of interest of each score, the largest over the scenarios whose tables are given."""
    own = [table[table["policy"] == baseline] for table in tables.values()]
    return {score.name: max((smallest_difference(score, rows) for rows in own), default=0.0) for score in scores}
