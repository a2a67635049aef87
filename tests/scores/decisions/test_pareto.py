"""Dominance by hand and by counting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.pareto import non_dominated, probabilities

SCORES = arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 3)), elements=st.integers(0, 4).map(lambda x: x / 4)
)


def dominates(ours: Floats, theirs: Floats, epsilon: float) -> bool:
    """The definition: worse on nothing, better on one by at least epsilon."""
    gains = [theirs[place] - ours[place] for place in range(len(ours))]
    return min(gains) >= 0 and any(gain > 0 and gain >= epsilon for gain in gains)


def test_a_front_by_hand() -> None:
    scores = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [2.0, 2.5]])
    assert non_dominated(scores).tolist() == [True, True, True, False, False]
    assert non_dominated(scores, 0.6).tolist() == [True, True, True, False, True]
    assert non_dominated(scores, np.array([0.0, 0.6])).tolist() == [True, True, True, False, True]


def test_equal_policies_do_not_dominate_each_other() -> None:
    assert non_dominated(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0]])).tolist() == [True, True, False]


@given(SCORES, st.sampled_from([0.0, 0.25, 0.3, 0.5]))
def test_fronts_by_counting(scores: Floats, epsilon: float) -> None:
    expected = [not any(dominates(other, own, epsilon) for other in scores) for own in scores]
    assert non_dominated(scores, epsilon).tolist() == expected


def test_probabilities_count_resamples_in_which_everything_is_defined() -> None:
    first_wins, draw, undefined = [[1.0, 1.0], [2.0, 2.0]], [[1.0, 2.0], [2.0, 1.0]], [[np.nan, 1.0], [2.0, 2.0]]
    assert probabilities(np.array([first_wins, draw, undefined])).tolist() == [1.0, 0.5]
    assert probabilities(np.array([first_wins, draw, undefined]), 1.5).tolist() == [1.0, 1.0]
    assert np.isnan(probabilities(np.array([undefined]))).all()
