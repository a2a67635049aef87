"""Ones and zeros: intervals and tests against scipy and published examples, and when they are used."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.scores.drawn_scores import drawn_score

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.binary import estimate_share, is_binary, mcnemar, newcombe, wilson
from lastresort.scores.statistics.differences import estimate_differences
from lastresort.scores.statistics.score_estimates import estimate_scores

SCORE = drawn_score("x")


def table(both: int, ours: int, theirs: int, neither: int) -> tuple[Floats, Floats]:
    """Paired ones and zeros from the four numbers of runs."""
    counts = (both, ours, theirs, neither)
    return np.repeat([1.0, 1.0, 0.0, 0.0], counts), np.repeat([1.0, 0.0, 1.0, 0.0], counts)


@given(st.integers(2, 300), st.data())
def test_wilson_s_formula(runs: int, data: st.DataObject) -> None:
    """Where the share p solves |share - p| = z sqrt(p (1 - p) / n), a quadratic equation in p."""
    ones = data.draw(st.integers(0, runs))
    share, square = ones / runs, 1.959963984540054**2
    middle, root = 2 * ones + square, math.sqrt(square**2 + 4 * ones * square * (1 - share))
    expected = (middle - root) / (2 * (runs + square)), (middle + root) / (2 * (runs + square))
    assert wilson(float(ones), runs) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("ones", "runs", "expected"),
    [
        (0, 8, (0.0, 0.3244)),  # z^2 / (n + z^2) = 3.8415 / 11.8415
        (8, 8, (0.6756, 1.0)),
        (5, 10, (0.2366, 0.7634)),  # 1/2 -+ 1.96 sqrt(0.025 + 0.0096036) / 1.384146 = 1/2 -+ 0.2634
        (1, 10, (0.0179, 0.4042)),
    ],
)
def test_wilson_by_hand(ones: int, runs: int, expected: tuple[float, float]) -> None:
    assert wilson(float(ones), runs) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((36, 12, 2, 0), (0.0569, 0.3404)),  # Newcombe (1998), Statistics in Medicine 17, 2635, table III, method 10
        ((1, 1, 7, 12), (-0.507, -0.026)),  # Bentur et al. (2009) in Fagerland, Lydersen and Laake (2014)
    ],
)
def test_newcombe_as_published(counts: tuple[int, int, int, int], expected: tuple[float, float]) -> None:
    assert newcombe(*table(*counts)) == pytest.approx(expected, abs=5e-4)


def test_newcombe_is_symmetric_and_needs_no_spread() -> None:
    ours, theirs = table(3, 4, 1, 2)
    low, high = newcombe(ours, theirs)
    assert newcombe(theirs, ours) == pytest.approx((-high, -low))
    assert newcombe(np.ones(8), np.ones(8)) == pytest.approx((-0.324, 0.324), abs=1e-3)  # Wilson's limit of 8 of 8


def test_mcnemar_is_a_sign_test_of_what_differs() -> None:
    """Of 3 runs that differ, all for one side: 2 (1/2)^3 = 0.25."""
    assert mcnemar(*table(5, 3, 0, 2)) == pytest.approx(0.25)
    assert mcnemar(*table(5, 0, 0, 2)) == 1.0
    assert mcnemar(*table(9, 12, 2, 0)) == pytest.approx(stats.binomtest(2, 14).pvalue)
    assert math.isnan(mcnemar(np.ones(1), np.zeros(1)))


def test_what_is_binary() -> None:
    ones = np.ones((2, 2))
    assert is_binary(np.array([[0.0, 1.0], [0.0, 0.0]]), ones)
    assert not is_binary(np.zeros((2, 2)), ones)  # may be dollars
    assert not is_binary(np.array([[0.0, 0.5], [0.0, 1.0]]), ones)
    assert not is_binary(np.array([[0.0, 1.0], [0.0, 1.0]]), 2 * ones)
    assert not is_binary(np.array([[0.0, np.nan], [0.0, 1.0]]), ones)


def test_ones_and_zeros_are_recognized_over_all_policies() -> None:
    rows = {"never": pd.DataFrame({"x": np.zeros(8)}), "once": pd.DataFrame({"x": np.eye(8)[0]})}
    found = {name: own["x"] for name, own in estimate_scores(rows, [SCORE]).items()}
    assert [one.method for one in found.values()] == ["Wilson", "Wilson"]
    assert (found["never"].low, found["never"].high) == pytest.approx((0.0, 0.3244), abs=1e-4)
    assert found["once"].interval_error == 0.0
    assert [one["x"].method for one in estimate_scores({"never": rows["never"]}, [SCORE]).values()] == ["percentile"]


def test_differences_of_ones_and_zeros_are_paired() -> None:
    ours, theirs = table(5, 3, 0, 2)
    ones = np.ones(10)
    (found,) = estimate_differences([((ours, ones), (theirs, ones))])
    assert (found.estimate.method, found.pairing.paired) == ("Newcombe", True)
    assert found.p_value == pytest.approx(0.25)
    assert found.estimate.value == pytest.approx(0.3)
    assert (found.estimate.low, found.estimate.high) == newcombe(ours, theirs)


def test_one_run_is_no_share() -> None:
    found = estimate_share(np.ones(1))
    assert (found.value, found.method) == (1.0, "none")
    (difference,) = estimate_differences([((np.ones(1), np.ones(1)), (np.zeros(1), np.ones(1)))])
    assert (difference.estimate.value, difference.estimate.method) == (1.0, "none")
