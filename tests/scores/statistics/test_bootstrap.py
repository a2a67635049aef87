"""Estimates of ratios and differences, against scipy's bootstrap, against a plain loop, and against closed forms."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics import (
    Estimate,
    estimate,
    estimate_ratio_differences,
    estimate_ratios,
    mean_differences,
    p_value,
    ratio,
    ratio_difference,
    resamples,
)
from lastresort.scores.statistics import deviations as straying
from lastresort.scores.statistics.deviations import Deviations, Ratios
from lastresort.scores.statistics.intervals import bca, studentized
from lastresort.scores.statistics.resampling import RESAMPLES, resample_counts

SEEDS = 30
RANDOM = np.random.Generator(np.random.Philox(key=7))
DRAWS = RANDOM.normal(10.0, 2.0, (2, SEEDS))
BOTTOMS = RANDOM.lognormal(0.0, 0.8, (2, SEEDS))
TOPS = BOTTOMS * RANDOM.beta(2.0, 5.0, (2, SEEDS))
ONES = np.ones((1, SEEDS))
KEY = 20251010


def only(rows: Floats) -> Floats:
    return rows[None]


def one_ratio(top: Floats, bottom: Floats) -> Estimate:
    return estimate_ratios(only(top), only(bottom))[0]


def one_difference(*terms: Floats, paired: bool = True) -> Estimate:
    top, bottom, other_top, other_bottom = map(only, terms)
    return estimate_ratio_differences((top, bottom), (other_top, other_bottom), [paired])[0]


def scipys(statistic: Callable[..., Floats], columns: tuple[Floats, ...], paired: bool = True) -> tuple[Floats, Floats]:
    """The same draws in scipy: bootstrap distribution and BCa interval."""
    found = stats.bootstrap(
        columns,
        statistic,
        n_resamples=RESAMPLES,
        paired=paired,
        vectorized=True,
        method="BCa",
        rng=np.random.Generator(np.random.Philox(key=KEY)),
    )
    return np.asarray(found.bootstrap_distribution), np.array(found.confidence_interval)


def agrees(strayed: Deviations, value: float, distribution: Floats, interval: Floats) -> None:
    assert value + strayed.resampled[0] == pytest.approx(distribution, abs=1e-10)
    normal = float(stats.norm.ppf(0.975))
    assert value + bca(np.sort(strayed.resampled), strayed.pulls, normal).ends[0] == pytest.approx(interval, abs=1e-10)


def test_ratios_stray_as_in_scipy() -> None:
    terms = (TOPS[0], BOTTOMS[0])
    strayed = straying.of_ratios(Ratios(*map(only, terms)))
    agrees(strayed, float(ratio(*terms)), *scipys(ratio, terms))


def test_paired_differences_stray_as_in_scipy() -> None:
    terms = (TOPS[0], BOTTOMS[0], TOPS[1], BOTTOMS[1])
    sides = Ratios(*map(only, terms[:2])), Ratios(*map(only, terms[2:]))
    agrees(straying.of_paired_differences(*sides), float(ratio_difference(*terms)), *scipys(ratio_difference, terms))


def test_unpaired_differences_stray_as_in_scipy() -> None:
    def difference(ours: Floats, theirs: Floats, axis: int = -1) -> Floats:
        first, second = ours.astype(np.int64), theirs.astype(np.int64)
        return ratio_difference(TOPS[0][first], BOTTOMS[0][first], TOPS[1][second], BOTTOMS[1][second], axis)

    places = np.arange(float(SEEDS))
    strayed = straying.of_unpaired_differences(Ratios(TOPS[:1], BOTTOMS[:1]), Ratios(TOPS[1:], BOTTOMS[1:]))
    agrees(strayed, float(difference(places, places)), *scipys(difference, (places, places), paired=False))


def test_standard_errors_in_resamples_are_those_of_influences() -> None:
    """Error of the difference in each resample, by a plain loop: s / sqrt(n) of (x - ratio y) / mean(y)."""
    sides = Ratios(TOPS[:1], BOTTOMS[:1]), Ratios(TOPS[1:], BOTTOMS[1:])
    found = straying.of_paired_differences(*sides).errors[0, :50]
    for places, error in zip(resamples(SEEDS)[:50], found, strict=True):
        moved = [
            (top[places] - top[places].sum() / bottom[places].sum() * bottom[places]) / bottom[places].mean()
            for top, bottom in zip(TOPS, BOTTOMS, strict=True)
        ]
        assert error == pytest.approx(stats.sem(moved[0] - moved[1]), rel=1e-10)


def test_the_studentized_interval_step_by_step() -> None:
    found = one_ratio(TOPS[0], BOTTOMS[0])
    top, bottom = TOPS[0][resamples(SEEDS)], BOTTOMS[0][resamples(SEEDS)]
    values = top.sum(axis=1) / bottom.sum(axis=1)
    errors = stats.sem((top - values[:, None] * bottom) / bottom.mean(axis=1, keepdims=True), axis=1)
    ratios = (values - found.value) / errors
    high, low = np.quantile(ratios, [0.025, 0.975])
    student = stats.t.isf(0.025, SEEDS - 1)
    ends = found.value - found.standard_error * np.array([max(low, student), min(high, -student)])
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-10)
    assert (found.method, found.note) == ("studentized", "")


@given(st.integers(2, 40), st.integers(1, 40), st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_same_bits_alone_and_among_others(seeds: int, rows: int, key: int) -> None:
    random = np.random.default_rng(key)
    tops, bottoms, others = (random.lognormal(0.0, 1.0, (rows, seeds)) for _ in range(3))
    tops[random.random((rows, seeds)) < 0.3] = 0.0
    paired = (random.random(rows) < 0.5).tolist()
    place = int(random.integers(rows))
    alone = np.s_[place : place + 1]
    assert repr(estimate_ratios(tops, bottoms)[place]) == repr(estimate_ratios(tops[alone], bottoms[alone])[0])
    together = estimate_ratio_differences((tops, bottoms), (others, bottoms[::-1]), paired)
    one = estimate_ratio_differences(
        (tops[alone], bottoms[alone]), (others[alone], bottoms[::-1][alone]), paired[alone]
    )
    assert repr(together[place]) == repr(one[0])


def test_common_denominators_are_only_a_short_cut() -> None:
    short = one_difference(TOPS[0], BOTTOMS[0], TOPS[1], BOTTOMS[0])
    sides = Ratios(TOPS[:1], BOTTOMS[:1]), Ratios(TOPS[1:], BOTTOMS[:1])
    long = studentized(straying.of_paired_differences(*sides), SEEDS).ends[0]
    assert (short.low - short.value, short.high - short.value) == pytest.approx(tuple(long), rel=1e-9)


def test_the_interval_of_a_normal_mean_is_nearly_students() -> None:
    found = one_ratio(DRAWS[0], ONES[0])
    classical = stats.ttest_1samp(DRAWS[0], 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((classical.low, classical.high), abs=0.15)
    assert found.low <= classical.low
    assert found.high >= classical.high
    assert found.standard_error == pytest.approx(stats.sem(DRAWS[0]), rel=1e-10)


def test_the_interval_of_a_ratio_recomputes_it_in_each_resample() -> None:
    """Where the numerator is 0.3 of the denominator in every seed, no resample can differ, however seeds vary."""
    found = one_ratio(0.3 * DRAWS[0], DRAWS[0])
    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.3, 0.3), abs=1e-12)
    assert (found.method, found.note) == ("percentile", "every seed gave the same value")


def test_shares_of_almost_nothing_do_not_fall_below_it() -> None:
    assert one_ratio(np.array([0.0, 0.0, 0.0, 1.0, 9.0, 30.0]), np.ones(6)).low == 0.0
    assert one_ratio(np.array([0.0, 0.0, -0.1, 1.0, 9.0, 30.0]), np.ones(6)).low < 0.0


def test_pairing_removes_what_seeds_have_in_common() -> None:
    shared = 100 * DRAWS[0]
    found = mean_differences([shared + 1 + 0.01 * DRAWS[1]], [shared])[0]
    assert found.high - found.low < 0.03
    assert mean_differences([], []) == []


def test_one_seed_gives_a_value_and_no_interval() -> None:
    found = one_ratio(np.array([3.0]), np.array([4.0]))
    assert found.value == 0.75
    assert all(math.isnan(end) for end in (found.low, found.high, found.standard_error, found.interval_error))
    assert (found.method, found.note) == ("none", "an interval needs at least two seeds")
    assert math.isnan(p_value(found, 1))


def test_what_is_undefined_in_every_seed_has_no_interval() -> None:
    for found in (one_ratio(np.zeros(5), np.zeros(5)), one_ratio(np.full(5, np.nan), np.ones(5))):
        assert math.isnan(found.value)
        assert (found.method, found.note) == ("none", "not defined in these runs")


def test_what_is_undefined_in_some_resamples_is_left_out_and_said() -> None:
    """Loss in one of three seeds: (2/3)^3 = 29.6 % of resamples have no loss at all."""
    found = one_ratio(np.array([0.5, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    assert (found.low, found.high, found.method) == (0.5, 0.5, "percentile")
    share = float(found.note.removeprefix("not defined in ").split("%")[0])
    assert share == pytest.approx(29.6, abs=2)


def test_where_resamples_often_hold_one_value_only_the_interval_is_bca() -> None:
    """Six of eight seeds are zero: (6/8)^8 = 10 % of resamples have no spread, more than lie beyond an end."""
    found = one_ratio(np.array([0.0] * 6 + [0.3, 0.5]), np.ones(8))
    assert (found.method, found.note) == ("BCa", "too many resamples have no spread of their own")
    assert 0.0 <= found.low < found.value < found.high


def test_differences_without_any_spread() -> None:
    same = one_difference(DRAWS[0], ONES[0], DRAWS[0], ONES[0])
    assert (same.value, same.low, same.high, p_value(same, SEEDS)) == (0, 0, 0, 1)
    apart = one_difference(np.full(4, 3.0), np.ones(4), np.full(4, 2.0), np.ones(4))
    assert (apart.value, apart.low, apart.high, p_value(apart, 4)) == (1, 1, 1, 0)


def test_any_statistic_can_be_estimated() -> None:
    found = estimate(ratio, (TOPS[0], BOTTOMS[0]))
    assert found.method == "BCa"
    assert found.standard_error == pytest.approx(one_ratio(TOPS[0], BOTTOMS[0]).standard_error, rel=1e-10)
    assert math.isnan(estimate(ratio, (np.zeros(5), np.zeros(5))).low)
    assert math.isnan(estimate(ratio, (np.ones(1), np.ones(1))).low)


def test_where_no_single_seed_matters_bca_falls_back_to_percentiles() -> None:
    """The maximum of 0, 1, 1 survives the loss of any seed; (1/3)^3 = 3.7 % of resamples have the maximum 0."""
    found = estimate(lambda column: column.max(axis=-1), (np.array([0.0, 1.0, 1.0]),))
    assert (found.method, found.note) == ("percentile", "BCa is degenerate for these values")
    assert (found.value, found.high) == (1.0, 1.0)


def test_the_interval_error_is_how_far_other_resamples_move_the_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends under 60 other keys of the generator: their spread, which 60 of them tell to 9 %."""
    claimed = one_ratio(TOPS[0], BOTTOMS[0]).interval_error
    general = estimate(ratio, (TOPS[0], BOTTOMS[0])).interval_error
    ends, others = [], []
    for key in range(60):
        monkeypatch.setattr("lastresort.scores.statistics.resampling._KEY", key)
        resample_counts.cache_clear()
        found, other = one_ratio(TOPS[0], BOTTOMS[0]), estimate(ratio, (TOPS[0], BOTTOMS[0]))
        ends.append((found.low, found.high))
        others.append((other.low, other.high))
    resample_counts.cache_clear()
    assert claimed == pytest.approx(np.std(ends, axis=0).max(), rel=0.4)
    assert general == pytest.approx(np.std(others, axis=0).max(), rel=0.4)
