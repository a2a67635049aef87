"""What a paired difference means: better, worse, equivalent, or not known yet."""

import math
from dataclasses import dataclass
from enum import StrEnum

import scipy

from lastresort.plugins.score import Score
from lastresort.scores.statistics.estimates import Estimate
from lastresort.scores.statistics.pairing import Pairing
from lastresort.scores.statistics.significance import EQUIVALENCE, SIGNIFICANCE

POWER = 0.8


class Verdict(StrEnum):
    """Outcome of comparing a policy with the baseline on one score."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Difference:
    """Policy minus baseline on one score.

    `p_value` is that of "no difference", `p_equivalent` that of "a difference of interest" (two one-sided tests; NaN
    without a smallest difference of interest); both are also adjusted by Holm over the whole family. `seeds_needed`
    says how many seeds a clear verdict takes in all, None where that cannot be told; `pairing` what pairing by seed
    saved; `margin` is the smallest difference of interest, in the score's unit. `doubt` says why a verdict is not given
    that the numbers would give, "" where it is.
    """

    policy: str
    baseline: str
    score: str
    estimate: Estimate
    p_value: float
    p_adjusted: float
    p_equivalent: float
    p_equivalent_adjusted: float
    verdict: Verdict
    seeds_needed: int | None
    pairing: Pairing
    margin: float
    doubt: str = ""

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.doubt:
            return f"{self.verdict} ({self.doubt})"
        if self.verdict is Verdict.INCONCLUSIVE and self.seeds_needed is not None:
            return f"inconclusive (needs about {self.seeds_needed:,} seeds)"
        return str(self.verdict)


def verdict(
    score: Score, difference: Estimate, margin: float, p_adjusted: float, p_equivalent_adjusted: float
) -> Verdict:
    """Judge a difference by its interval and by both adjusted p values.

    Equivalent if that of equivalence is below 2.5 % and the interval lies within the smallest difference of interest.
    Otherwise better or worse if that of "no difference" is below 5 % and the interval excludes zero; inconclusive if
    neither. `margin` is the smallest difference of interest; without one, nothing is equivalent.
    """
    if p_equivalent_adjusted < EQUIVALENCE and -margin < difference.low <= difference.high < margin:
        return Verdict.EQUIVALENT
    if p_adjusted < SIGNIFICANCE and (difference.low > 0 or difference.high < 0):
        lower = difference.value < 0
        return Verdict.BETTER if lower is (score.direction == "lower is better") else Verdict.WORSE
    return Verdict.INCONCLUSIVE


def seeds_needed(difference: Estimate, margin: float, seeds: int, family: int) -> int | None:
    """Number of seeds after which the verdict should be clear, with 80 % power and a Bonferroni share of 5 %.

    Clear means either telling the difference from zero, or placing it within the smallest difference of interest,
    whichever takes fewer: seeds x ((z + z_power) x standard error / distance)^2. None without a standard error.
    """
    distance = max(abs(difference.value), margin - abs(difference.value))
    if not difference.standard_error > 0 or distance == 0:
        return None
    quantiles = scipy.stats.norm.isf(SIGNIFICANCE / (2 * family)) + scipy.stats.norm.isf(1 - POWER)
    needed = seeds * (float(quantiles) * difference.standard_error / distance) ** 2
    return max(seeds + 1, math.ceil(needed))
