"""Verdicts on paired differences, and how many seeds an open question takes."""

import math
from dataclasses import replace

import pytest

from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.pairing import Pairing
from lastresort.scores.statistics.verdicts import Difference, Verdict, seeds_needed, verdict

SCORE, MARGIN = PRIMARY[0], 0.02


def difference(value: float, low: float, high: float, error: float = 0.1) -> Estimate:
    return Estimate(value, low, high, "studentized", "", error, 0.0)


CASES = [
    (difference(-0.10, -0.15, -0.05), 0.01, 1.0, Verdict.BETTER),
    (difference(+0.10, +0.05, +0.15), 0.01, 1.0, Verdict.WORSE),
    (difference(-0.10, -0.15, -0.05), 0.06, 1.0, Verdict.INCONCLUSIVE),  # another test of the family weakens it
    (difference(-0.10, -0.30, +0.10), 0.04, 1.0, Verdict.INCONCLUSIVE),
    (difference(+0.01, +0.005, +0.015), 0.001, 0.01, Verdict.EQUIVALENT),  # certain, and too small to matter
    (difference(+0.01, +0.005, +0.015), 0.001, 0.03, Verdict.WORSE),
    (difference(0.0, -0.01, +0.01), 1.0, 0.01, Verdict.EQUIVALENT),
    (difference(0.0, -0.01, +0.01), 1.0, 0.03, Verdict.INCONCLUSIVE),  # another test of equivalence weakens it
    (difference(0.0, -0.01, +0.03), 1.0, 0.01, Verdict.INCONCLUSIVE),
    (difference(0.5, math.nan, math.nan), math.nan, math.nan, Verdict.INCONCLUSIVE),
]


@pytest.mark.parametrize(("estimate", "p_adjusted", "p_equivalent", "expected"), CASES)
def test_verdict(estimate: Estimate, p_adjusted: float, p_equivalent: float, expected: Verdict) -> None:
    assert verdict(SCORE, estimate, MARGIN, p_adjusted, p_equivalent) is expected


def test_higher_may_be_better() -> None:
    score = replace(SCORE, direction="higher is better")
    assert verdict(score, difference(0.1, 0.05, 0.15), MARGIN, 0.01, 1.0) is Verdict.BETTER
    assert verdict(score, difference(-0.1, -0.15, -0.05), MARGIN, 0.01, 1.0) is Verdict.WORSE


def test_seeds_needed_by_hand() -> None:
    """10 seeds, error = difference: 10 x (1.95996 + 0.84162)^2 = 78.5; five tests raise z to 2.57583: 116.8."""
    assert seeds_needed(difference(0.1, -0.1, 0.3), MARGIN, seeds=10, family=1) == 79
    assert seeds_needed(difference(-0.1, -0.3, 0.1), MARGIN, seeds=10, family=5) == 117
    assert seeds_needed(difference(0.0, -0.1, 0.1, error=0.02), MARGIN, seeds=10, family=1) == 79
    assert seeds_needed(difference(5.0, -0.1, 9.0), MARGIN, seeds=10, family=1) == 11


def test_without_an_error_nobody_can_tell() -> None:
    assert seeds_needed(difference(0.1, math.nan, math.nan, error=math.nan), MARGIN, seeds=1, family=1) is None
    assert seeds_needed(difference(0.1, 0.1, 0.1, error=0.0), MARGIN, seeds=9, family=1) is None


def test_the_sentence_says_what_is_missing() -> None:
    pairing = Pairing(0.9, 0.8, paired=True)
    open_question = Difference(
        "a", "b", "mnf", CASES[3][0], 0.04, 0.04, 1.0, 1.0, Verdict.INCONCLUSIVE, 1234, pairing, MARGIN
    )
    assert open_question.sentence == "inconclusive (needs about 1,234 seeds)"
    assert replace(open_question, seeds_needed=None).sentence == "inconclusive"
    assert replace(open_question, verdict=Verdict.BETTER).sentence == "better"
    assert replace(open_question, doubt="prices turned").sentence == "inconclusive (prices turned)"


def test_without_a_smallest_difference_nothing_is_equivalent() -> None:
    assert verdict(SCORE, difference(0.0, 0.0, 0.0), 0.0, 1.0, math.nan) is Verdict.INCONCLUSIVE
    assert verdict(SCORE, difference(0.01, 0.005, 0.015), 0.0, 0.001, math.nan) is Verdict.WORSE
