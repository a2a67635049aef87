"""What is asked of a point: the score of a policy, or the difference between two policies on a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.scores.statistics import ratio
from lastresort.scores.statistics.terms import terms

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
"""The rows of the score table of one point, one row per seed, by policy."""


@dataclass(frozen=True, slots=True)
class Output:
    """A score of a policy, or, where `against` is not empty, the policy's score minus that of another."""

    score: str
    policy: str
    against: str = ""

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.score}: {self.policy} - {self.against}" if self.against else f"{self.score}: {self.policy}"


def outputs_of(scores: Sequence[str], policies: Sequence[str], baseline: str) -> tuple[Output, ...]:
    """Return the differences of all policies from the baseline on each score, then the scores of all policies."""
    differences = [Output(score, policy, baseline) for score in scores for policy in policies if policy != baseline]
    return (*differences, *(Output(score, policy) for score in scores for policy in policies))


def measured(outputs: Sequence[Output], tables: Tables, scores: Mapping[str, Score]) -> Floats:
    """Return the value of each output at one point, `[outputs]`; NaN where it is not defined there.

    Over the seeds of the point a score is a ratio of sums, as everywhere.
    """
    values = {(score, policy): _value(table, scores[score]) for policy, table in tables.items() for score in scores}
    return np.array(
        [values[one.score, one.policy] - (values[one.score, one.against] if one.against else 0.0) for one in outputs]
    )


def _value(rows: "pd.DataFrame", score: Score) -> float:
    numerator, denominator = terms(rows, score)
    return float(ratio(numerator, denominator))
