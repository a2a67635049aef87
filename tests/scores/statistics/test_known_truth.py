"""What intervals and verdicts promise where the truth is known; benchmarks/interval_coverage.py is the long version."""

import math

import numpy as np
import pandas as pd
import pytest
from tests.scores.drawn_scores import drawn_headline

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics import estimate_ratio_differences, estimate_ratios
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.verdicts import Difference, Verdict

SAMPLES = 300
TOLERANCE = 3 * math.sqrt(0.05 * 0.95 / SAMPLES)
"""Three Monte Carlo standard errors of a share of 5 %, on top of what is promised: 93 to 97 %."""
MARGIN = 0.02


def keyed(number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=number))


@pytest.mark.parametrize("seeds", [8, 20, 50])
def test_intervals_of_ratios_cover(seeds: int) -> None:
    """Shares 2/7 of lognormal deficits, and normal means."""
    random = keyed(seeds)
    deficit = random.lognormal(0, 0.8, (SAMPLES, seeds))
    shares = estimate_ratios(deficit * random.beta(2, 5, deficit.shape), deficit)
    means = estimate_ratios(random.normal(2 / 7, 1, deficit.shape), np.ones(deficit.shape))
    for found in (shares, means):
        covered = np.mean([one.low <= 2 / 7 <= one.high for one in found])
        assert 0.93 - TOLERANCE <= covered <= 0.97 + TOLERANCE


@pytest.mark.parametrize("seeds", [8, 20, 50])
def test_intervals_of_paired_differences_cover(seeds: int) -> None:
    random = keyed(100 + seeds)
    deficit, common = random.lognormal(0, 0.8, (SAMPLES, seeds)), random.normal(size=(SAMPLES, seeds))
    ours, theirs = (deficit * (common + random.normal(0, 0.5, deficit.shape)) for _ in range(2))
    found = estimate_ratio_differences((ours, deficit), (theirs, deficit))
    covered = np.mean([one.low <= 0 <= one.high for one in found])
    assert 0.93 - TOLERANCE <= covered <= 0.97 + TOLERANCE


SCORES = tuple(drawn_headline(name, least=MARGIN) for name in ("x", "y"))


def family(random: np.random.Generator, gap: float, seeds: int = 20) -> tuple[Difference, ...]:
    """Four policies against a baseline on two scores: correlation 1/2, standard error of a difference 0.2 margins."""
    common = random.normal(0, 1, (2, 1, seeds))
    values = MARGIN * 0.2 * math.sqrt(seeds / 2) * (common + random.normal(0, 1, (2, 5, seeds)))
    values[:, 1:] += gap
    tables = [pd.DataFrame({"x": x, "y": y}) for x, y in values.swapaxes(0, 1)]
    return judge([Pair(score, str(place), "0", tables[place], tables[0]) for score in SCORES for place in (1, 2, 3, 4)])


def share(gap: float, wrong: tuple[Verdict, ...], samples: int = 100) -> float:
    random = keyed(int(1000 * gap))
    return float(np.mean([any(one.verdict in wrong for one in family(random, gap)) for _ in range(samples)]))


def test_false_differences_are_rare_over_the_whole_family() -> None:
    assert share(0.0, (Verdict.BETTER, Verdict.WORSE)) <= 0.06 + 3 * 0.024


def test_false_equivalence_is_rare_over_the_whole_family() -> None:
    assert share(MARGIN, (Verdict.EQUIVALENT,)) <= 0.06 + 3 * 0.024
    assert share(MARGIN, (Verdict.BETTER,)) == 0.0


def test_equivalence_is_found_where_the_margin_is_wide_enough() -> None:
    """The margin is 5 standard errors: even Bonferroni's share of 5 % leaves it most of the time."""
    random = keyed(9)
    found = [one.verdict for _ in range(25) for one in family(random, 0.0)]
    assert np.mean([verdict is Verdict.EQUIVALENT for verdict in found]) >= 0.8


def test_the_tolerances_are_not_so_wide_that_anything_passes() -> None:
    """Percentile intervals with normal quantiles on 8 seeds, s / sqrt(n) x sqrt((n - 1) / n) x 1.96, would fail."""
    values: Floats = keyed(8).normal(0, 1, (SAMPLES, 8))
    reach = 1.96 * values.std(axis=1, ddof=0) / math.sqrt(8)
    assert np.mean(np.abs(values.mean(axis=1)) <= reach) < 0.93 - TOLERANCE
