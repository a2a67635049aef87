"""Differences on scores that were not declared primary: something to look into, nothing to conclude from."""

from collections.abc import Sequence
from dataclasses import dataclass

from lastresort.scores.statistics.estimates import Estimate
from lastresort.scores.statistics.family import Pair, tested
from lastresort.scores.statistics.pairing import Pairing
from lastresort.scores.statistics.significance import benjamini_hochberg


@dataclass(frozen=True, slots=True)
class ExploratoryDifference:
    """Policy minus baseline on a score that is not primary; exploratory, so it has no verdict.

    `q_value` is the p value adjusted by Benjamini and Hochberg over all exploratory differences: of those with a q
    value of at most 5 %, one in twenty is expected to be chance.
    """

    policy: str
    baseline: str
    score: str
    estimate: Estimate
    p_value: float
    q_value: float
    pairing: Pairing


def explore(family: Sequence[Pair]) -> tuple[ExploratoryDifference, ...]:
    """Estimate every difference in the order given."""
    found = tested(family)
    q_values = benjamini_hochberg([one.p_value for one in found])
    return tuple(
        ExploratoryDifference(
            pair.policy, pair.baseline, pair.score.name, one.estimate, one.p_value, float(q), one.pairing
        )
        for pair, one, q in zip(family, found, q_values, strict=True)
    )
