"""Estimates over seeds against closed forms and against classical procedures."""

import math

import numpy as np
import pytest
from scipy import stats

from lastresort.scores.statistics import estimate, holm, jackknife_error, p_value, ratio, ratio_difference, resamples

DRAWS = np.random.Generator(np.random.Philox(key=7)).normal(10.0, 2.0, (2, 60))
ONES = np.ones(60)


def test_ratio_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    assert ratio(np.array([1.0, 9.0]), np.array([10.0, 10.0])) == pytest.approx(0.5)
    assert math.isnan(ratio(np.zeros(2), np.zeros(2)))


def test_the_interval_of_a_normal_mean_is_nearly_students() -> None:
    found = estimate(ratio, (DRAWS[0], ONES))
    classical = stats.ttest_1samp(DRAWS[0], 0.0).confidence_interval(0.95)
    assert found.method == "BCa"
    assert (found.low, found.high) == pytest.approx((classical.low, classical.high), abs=0.1)


def test_the_interval_of_a_ratio_recomputes_it_in_each_resample() -> None:
    """Where the numerator is 0.3 of the denominator in every seed, no resample can differ, however seeds vary."""
    found = estimate(ratio, (0.3 * DRAWS[0], DRAWS[0]))
    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.3, 0.3), abs=1e-12)
    assert (found.method, found.note) == ("percentile", "every seed gave the same value")


def test_same_input_same_bits() -> None:
    assert estimate(ratio, (DRAWS[0], DRAWS[1])) == estimate(ratio, (DRAWS[0].copy(), DRAWS[1].copy()))
    assert np.array_equal(resamples(5), resamples(5))


def test_the_jackknife_error_of_a_mean_is_its_standard_error() -> None:
    assert jackknife_error(ratio, (DRAWS[0], ONES)) == pytest.approx(stats.sem(DRAWS[0]), rel=1e-10)


def test_the_test_of_a_mean_difference_is_the_paired_t_test() -> None:
    found = estimate(ratio_difference, (DRAWS[0] + 0.5, ONES, DRAWS[1], ONES))
    classical = stats.ttest_rel(DRAWS[0] + 0.5, DRAWS[1]).pvalue
    assert p_value(found, 60) == pytest.approx(classical, rel=1e-8)


def test_pairing_removes_what_seeds_have_in_common() -> None:
    shared = 100 * DRAWS[0]
    found = estimate(ratio_difference, (shared + 1 + 0.01 * DRAWS[1], ONES, shared, ONES))
    assert found.high - found.low < 0.02


def test_one_seed_gives_a_value_and_no_interval() -> None:
    found = estimate(ratio, (np.array([3.0]), np.array([4.0])))
    assert found.value == 0.75
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.method == "none"
    assert math.isnan(p_value(found, 1))


def test_what_is_undefined_in_every_seed_has_no_interval() -> None:
    found = estimate(ratio, (np.zeros(5), np.zeros(5)))
    assert math.isnan(found.value)
    assert (found.method, found.note) == ("none", "not defined in these runs")


def test_what_is_undefined_in_some_resamples_is_left_out_and_said() -> None:
    """Loss in one of three seeds: (2/3)^3 = 29.6 % of resamples have no loss at all."""
    found = estimate(ratio, (np.array([0.5, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])))
    assert (found.low, found.high) == (0.5, 0.5)
    share = float(found.note.removeprefix("not defined in ").split("%")[0])
    assert share == pytest.approx(29.6, abs=2)


def test_where_no_single_seed_matters_bca_falls_back_to_percentiles() -> None:
    """The maximum of 0, 1, 1 survives the loss of any seed; (1/3)^3 = 3.7 % of resamples have the maximum 0."""
    found = estimate(lambda column, axis=-1: column.max(axis=axis), (np.array([0.0, 1.0, 1.0]),))
    assert (found.method, found.note) == ("percentile", "BCa is degenerate for these values")
    assert (found.value, found.low, found.high) == (1.0, 0.0, 1.0)


def test_differences_without_any_spread() -> None:
    same = estimate(ratio_difference, (DRAWS[0], ONES, DRAWS[0], ONES))
    assert (same.value, same.low, same.high, p_value(same, 60)) == (0, 0, 0, 1)
    apart = estimate(ratio_difference, (np.full(4, 3.0), np.ones(4), np.full(4, 2.0), np.ones(4)))
    assert (apart.value, apart.low, apart.high, p_value(apart, 4)) == (1, 1, 1, 0)


def test_holm_by_hand() -> None:
    """Sorted 0.01, 0.03, 0.04 times 3, 2, 1 = 0.03, 0.06, 0.04; the last rises to 0.06. NaN is not in the family."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx(np.array([0.03, 0.06, 0.06]))
    assert holm([0.6, 0.9]) == pytest.approx(np.array([1.0, 1.0]))
    adjusted = holm([math.nan, 0.02, 0.5])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx(np.array([0.04, 0.5]))
