"""Regret and satisficing by hand and by counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.regret import high_regrets, largest_regrets, regrets
from lastresort.scores.decisions.satisficing import satisfying

SCORES = arrays(np.float64, st.tuples(st.integers(1, 25), st.integers(1, 5)), elements=st.floats(-5, 5))


def test_regret_by_hand() -> None:
    """Three scenarios, two policies: the second is best in two, and yet its largest regret is larger."""
    regret = regrets(np.array([[1.0, 0.0], [2.0, 1.5], [0.0, 4.0]]))
    assert regret.tolist() == [[1.0, 0.0], [0.5, 0.0], [0.0, 4.0]]
    assert largest_regrets(regret).tolist() == [1.0, 4.0]
    assert high_regrets(regret).tolist() == [1.0, 4.0]


@given(SCORES)
def test_regret_by_counting(scores: Floats) -> None:
    regret = regrets(scores)
    for policy in range(scores.shape[1]):
        own = [row[policy] - min(row) for row in scores.tolist()]
        assert regret[:, policy] == pytest.approx(own, abs=1e-12)
        assert largest_regrets(regret)[policy] == pytest.approx(max(own), abs=1e-12)
        enough = [limit for limit in own if sum(one <= limit for one in own) >= 0.9 * len(own) - 1e-9]
        assert high_regrets(regret)[policy] == pytest.approx(min(enough), abs=1e-12)


@given(SCORES, st.floats(-5, 5), st.floats(-5, 5))
def test_satisficing_by_counting(scores: Floats, first: float, second: float) -> None:
    both = np.stack([scores, scores[::-1]], axis=-1)
    expected = [
        np.mean([own <= first and other <= second for own, other in zip(column, column[::-1], strict=True)])
        for column in scores.T.tolist()
    ]
    assert satisfying(both, np.array([first, second])) == pytest.approx(np.array(expected), abs=1e-12)


def test_what_is_undefined_or_unlimited_is_not_held_against_anybody() -> None:
    scores = np.array([[[np.nan, 1.0]], [[9.0, 3.0]]])
    assert satisfying(scores, np.array([np.nan, 2.0])).tolist() == [0.5]
