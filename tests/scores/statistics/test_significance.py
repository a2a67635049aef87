"""P values against classical tests, and their adjustment against the definitions."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lastresort.scores.statistics import (
    benjamini_hochberg,
    equivalence_p_value,
    estimate_ratios,
    holm,
    mean_differences,
    p_value,
)

DRAWS = np.random.Generator(np.random.Philox(key=7)).normal(10.0, 2.0, (2, 60))
P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=7)


def test_the_test_of_a_mean_difference_is_the_paired_t_test() -> None:
    found = mean_differences([DRAWS[0] + 0.5], [DRAWS[1]])[0]
    assert p_value(found, 60) == pytest.approx(stats.ttest_rel(DRAWS[0] + 0.5, DRAWS[1]).pvalue, rel=1e-8)


@pytest.mark.parametrize(("shift", "margin"), [(0.0, 0.8), (0.5, 0.8), (-0.5, 0.8), (2.0, 0.8)])
def test_the_test_of_equivalence_is_two_one_sided_t_tests(shift: float, margin: float) -> None:
    ours = DRAWS[0] - DRAWS[0].mean() + DRAWS[1].mean() + shift
    found = mean_differences([ours], [DRAWS[1]])[0]
    one_sided = [
        stats.ttest_1samp(ours - DRAWS[1], -margin, alternative="greater").pvalue,
        stats.ttest_1samp(ours - DRAWS[1], margin, alternative="less").pvalue,
    ]
    assert equivalence_p_value(found, margin, 60) == pytest.approx(max(one_sided), rel=1e-8)


def test_what_cannot_be_tested_has_no_p_value() -> None:
    alone = estimate_ratios(np.ones((1, 1)), np.ones((1, 1)))[0]
    assert math.isnan(p_value(alone, 1))
    assert math.isnan(equivalence_p_value(alone, 0.1, 1))
    assert math.isnan(equivalence_p_value(mean_differences([DRAWS[0]], [DRAWS[1]])[0], 0.0, 60))


def test_differences_without_spread_are_certain() -> None:
    same = mean_differences([DRAWS[0]], [DRAWS[0]])[0]
    apart = mean_differences([np.full(4, 3.0)], [np.full(4, 2.0)])[0]
    assert (p_value(same, 60), equivalence_p_value(same, 0.1, 60)) == (1.0, 0.0)
    assert (p_value(apart, 4), equivalence_p_value(apart, 0.1, 4)) == (0.0, 1.0)


def test_holm_by_hand() -> None:
    """Sorted 0.01, 0.03, 0.04 times 3, 2, 1 = 0.03, 0.06, 0.04; the last rises to 0.06. NaN is not in the family."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx(np.array([0.03, 0.06, 0.06]))
    assert holm([0.6, 0.9]) == pytest.approx(np.array([1.0, 1.0]))
    adjusted = holm([math.nan, 0.02, 0.5])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx(np.array([0.04, 0.5]))


@given(P_VALUES)
def test_holm_is_the_closure_of_bonferroni(p_values: list[float]) -> None:
    """Adjusted p of a hypothesis: the largest Bonferroni p of any set of hypotheses that it belongs to."""
    for place, adjusted in enumerate(holm(p_values)):
        others = [p for other, p in enumerate(p_values) if other != place]
        sets = [(p_values[place], *rest) for size in range(len(p_values)) for rest in combinations(others, size)]
        assert adjusted == pytest.approx(max(min(1.0, len(one) * min(one)) for one in sets), abs=1e-12)


@given(P_VALUES)
def test_benjamini_hochberg_by_its_definition(p_values: list[float]) -> None:
    """Adjusted p: the smallest m p / rank among those that are as large or larger; and what scipy says."""
    ranked = sorted(p_values)
    for p, adjusted in zip(p_values, benjamini_hochberg(p_values), strict=True):
        candidates = [len(p_values) * q / (rank + 1) for rank, q in enumerate(ranked) if q >= p]
        assert adjusted == pytest.approx(min(1.0, *candidates), abs=1e-12)
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values), abs=1e-12)


def test_what_has_no_p_value_is_not_in_the_family() -> None:
    adjusted = benjamini_hochberg([math.nan, 0.02, 0.5])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx(np.array([0.04, 0.5]))
    assert np.isnan(benjamini_hochberg([math.nan])).all()
    assert len(benjamini_hochberg([])) == 0
