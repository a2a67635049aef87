"""Estimates of whole score tables: shares stay shares, and an interval that says less than the runs is none."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scores.drawn_scores import drawn_score

from lastresort.plugins.score import Score
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.differences import estimate_differences
from lastresort.scores.statistics.estimates import TOO_FEW, no_wider_than, per_run
from lastresort.scores.statistics.score_estimates import estimate_scores, within_unit

SHARE, DOLLARS = drawn_score("x"), drawn_score("x", unit="USD")


def estimated(values: Sequence[float], score: Score = SHARE) -> Estimate:
    """The estimate of one policy's values, one per seed."""
    return estimate_scores({"a": pd.DataFrame({"x": values})}, [score])["a"]["x"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.01, 0.5, 0.97, 1.0]), min_size=2, max_size=12))
def test_the_interval_of_a_share_lies_between_0_and_1(values: list[float]) -> None:
    found = estimated(values)
    assert found.method == "none" or 0.0 <= found.low <= found.value <= found.high <= 1.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=12))
def test_no_interval_is_wider_than_the_runs(values: list[float]) -> None:
    found = estimated(values, DOLLARS)
    if found.method != "none":
        assert found.high - found.low <= (max(values) - min(values)) * (1 + 1e-6) + 1e-9 * max(values)
    elif len(values) > 2:
        assert found.note == TOO_FEW


def test_an_interval_that_would_end_above_1_ends_there() -> None:
    """Nine runs at 1 and three below; the same numbers in dollars may end where they like."""
    values = [1.0] * 9 + [0.9, 0.5, 0.2]
    share, dollars = estimated(values), estimated(values, DOLLARS)
    assert share.high == min(1.0, dollars.high)
    assert (share.value, share.low) == (dollars.value, dollars.low)


def test_ends_are_cut_at_0_and_1() -> None:
    beyond = Estimate(0.5, -0.25, 1.5, "studentized", "", 0.1, 0.0)
    assert (within_unit(beyond).low, within_unit(beyond).high) == (0.0, 1.0)
    inside = Estimate(0.5, 0.25, 0.75, "studentized", "", 0.1, 0.0)
    assert within_unit(inside) == inside


def test_an_interval_wider_than_the_range_of_the_runs_is_none() -> None:
    """Runs from 0 to 2: an interval of 2 stays, one of 2.1 goes, and its value and error stay."""
    runs = np.array([0.0, 1.0, 2.0])
    just, wider = (Estimate(1.0, 0.0, high, "studentized", "", 0.4, 0.1) for high in (2.0, 2.1))
    assert no_wider_than(just, runs) == just
    found = no_wider_than(wider, runs)
    assert (found.value, found.standard_error, found.method, found.note) == (1.0, 0.4, "none", "too few seeds")
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_two_seeds_are_too_few_and_twenty_are_not() -> None:
    """Two runs a and b: Student's half width is 12.7 x |a - b| / 2, far beyond the two."""
    assert estimated([10.0, 30.0], DOLLARS).note == TOO_FEW
    found = estimated([10.0, 30.0] * 10, DOLLARS)
    assert (found.method, found.note) == ("studentized", "")
    assert 10.0 < found.low < 20.0 < found.high < 30.0


def test_one_seed_has_no_interval() -> None:
    found = estimated([10.0], DOLLARS)
    assert (found.value, found.method, found.note) == (10.0, "none", "an interval needs at least two seeds")


def test_runs_that_count_nothing_say_nothing() -> None:
    """Ratios 4 / 2 and 3 / 1; the run without weight is left out of the range."""
    assert per_run(np.array([4.0, 0.0, 3.0]), np.array([2.0, 0.0, 1.0])).tolist() == [2.0, 3.0]


def test_a_difference_wider_than_its_runs_is_too_few_seeds() -> None:
    """Differences 1, -1 and 0 in three seeds: 4.3 x 1 / sqrt(3) each way is more than their range of 2."""
    ones = np.ones(3)
    (found,) = estimate_differences([((np.array([5.0, 6.0, 9.0]), ones), (np.array([4.0, 7.0, 9.0]), ones))])
    assert (found.estimate.value, found.estimate.note) == (0.0, TOO_FEW)


def test_where_all_runs_are_ones_and_zeros_the_interval_is_exact_and_stays() -> None:
    """None of eight, beside a policy with one of eight: Wilson's interval reaches to 0.3244, with no range at all."""
    rows = {"never": pd.DataFrame({"x": np.zeros(8)}), "once": pd.DataFrame({"x": np.eye(8)[0]})}
    found = estimate_scores(rows, [SHARE])["never"]["x"]
    assert (found.low, found.high) == pytest.approx((0.0, 0.3244), abs=1e-4)
    assert found.method == "Wilson"
