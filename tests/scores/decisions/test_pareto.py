"""Dominance by hand."""

import numpy as np

from lastresort.scores.decisions.pareto import non_dominated, probabilities


def test_a_front_by_hand() -> None:
    scores = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [2.0, 2.5]])
    assert non_dominated(scores).tolist() == [True, True, True, False, False]


def test_equal_policies_do_not_dominate_each_other() -> None:
    assert non_dominated(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0]])).tolist() == [True, True, False]


def test_probabilities_count_resamples_in_which_everything_is_defined() -> None:
    first_wins, draw, undefined = [[1.0, 1.0], [2.0, 2.0]], [[1.0, 2.0], [2.0, 1.0]], [[np.nan, 1.0], [2.0, 2.0]]
    assert probabilities(np.array([first_wins, draw, undefined])).tolist() == [1.0, 0.5]
    assert np.isnan(probabilities(np.array([undefined]))).all()
