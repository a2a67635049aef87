"""Expected shortfall by hand and against sorting."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.scores.measures.worst_share import expected_shortfall


def test_the_one_at_the_edge_counts_in_part() -> None:
    """Weights 3 %, 4 %, 93 %: of the worst 5 %, 3 % lost 10 and 2 % lost 5: (30 + 10) / 5 = 8."""
    assert expected_shortfall(np.array([5.0, 10.0, 1.0]), np.array([4.0, 3.0, 93.0])) == pytest.approx(8.0)


@given(st.lists(st.floats(-100, 100), min_size=20, max_size=200))
def test_with_equal_weights_it_is_the_mean_of_the_worst(values: list[float]) -> None:
    values = values[: len(values) // 20 * 20]
    worst = sorted(values, reverse=True)[: len(values) // 20]
    found = expected_shortfall(np.array(values), np.ones(len(values)))
    assert found == pytest.approx(sum(worst) / len(worst), abs=1e-9)


def test_without_weight_it_is_undefined() -> None:
    assert math.isnan(expected_shortfall(np.zeros(0), np.zeros(0)))
