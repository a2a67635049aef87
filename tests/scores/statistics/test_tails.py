"""Tails by hand and by closed forms, and where nothing is said."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lastresort.scores.statistics import ecdf, expected_shortfall, tail_quantile
from lastresort.scores.statistics.tails import runs_needed


def test_a_tail_by_hand() -> None:
    """Of 0 ... 199 the highest twentieth is 190 ... 199."""
    values = np.random.default_rng(1).permutation(np.arange(200.0))
    found = expected_shortfall(values, 0.95)
    assert found.estimate.value == pytest.approx(194.5)
    assert (found.refusal, found.runs) == ("", 200)
    assert tail_quantile(values, 0.95).estimate.value == 189.0


def test_a_run_may_lie_partly_in_the_tail() -> None:
    """A twentieth of 210 runs is 10.5: 209 ... 200 and half of 199."""
    found = expected_shortfall(np.arange(210.0), 0.95)
    assert found.estimate.value == pytest.approx((sum(range(200, 210)) + 199 / 2) / 10.5)


@pytest.mark.parametrize(("level", "needed"), [(0.95, 200), (0.99, 1000), (0.9, 100), (0.975, 400)])
def test_tails_of_too_few_runs_are_refused(level: float, needed: int) -> None:
    assert runs_needed(level) == needed
    for tail in (expected_shortfall, tail_quantile):
        found = tail(np.arange(float(needed - 1)), level)
        assert math.isnan(found.estimate.value)
        assert found.estimate.method == "none"
        assert found.refusal.startswith(f"needs about {needed:,} runs")
        assert tail(np.arange(float(needed)), level).refusal == ""


def test_intervals_of_tails_hold_the_truth_about_as_often_as_they_should() -> None:
    """200 exponential runs, 30 times: quantile ln 20 and shortfall ln 20 + 1, covered at least 25 times."""
    draws = np.random.Generator(np.random.Philox(key=4)).exponential(size=(30, 200))
    for tail, truth in ((tail_quantile, math.log(20)), (expected_shortfall, math.log(20) + 1)):
        found = [tail(row, 0.95).estimate for row in draws]
        assert np.mean([one.low <= truth <= one.high for one in found]) >= 25 / 30
        error = np.std([one.value for one in found])
        assert np.median([one.standard_error for one in found]) == pytest.approx(error, rel=0.4)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.floats(-10, 10))
def test_a_distribution_counts(values: list[float], point: float) -> None:
    found = ecdf(np.array(values))
    at = np.searchsorted(found.values, point, side="right") - 1
    share = found.shares[at] if at >= 0 else 0.0
    assert share == pytest.approx(sum(value <= point for value in values) / len(values), abs=1e-12)
    reference = stats.ecdf(values).cdf
    assert found.values == pytest.approx(reference.quantiles, abs=1e-12)
    assert found.shares == pytest.approx(reference.probabilities, abs=1e-12)
    assert ((found.low <= found.shares) & (found.shares <= found.high)).all()


def test_runs_without_a_value_are_not_counted() -> None:
    assert ecdf(np.array([1.0, np.nan, 2.0])).shares.tolist() == [0.5, 1.0]
    assert len(ecdf(np.array([np.nan])).values) == 0
