"""Rows of the series, from prices that were set by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.simulation.run import Run


def test_the_basis_is_weighted_by_open_interest_and_has_no_sign(standing: Callable[..., Run]) -> None:
    """The left venue has 60 %, the right one 40 %; two small markets have equal parts."""
    run = standing()
    run.prices.index = np.array([2.0, 1.0, 1.0, 1.0])
    run.prices.mid = np.array([[2.02, 1.0, 0.9, 1.0], [1.92, 0.95, 1.0, 1.2]])
    capacity = np.array([1.0, 0.5])
    run.recorder.sample(0.0, run.prices, run.quotes, np.zeros((2, 4), dtype=np.bool_), capacity)
    (row,) = run.recorder.series().to_dict("records")
    assert row["basis_btc"] == pytest.approx(0.6 * 0.01 + 0.4 * 0.04)
    assert row["basis_large"] == pytest.approx(0.4 * 0.05)
    assert row["basis_small"] == pytest.approx(0.5 * (0.6 * 0.1) + 0.5 * (0.4 * 0.2))
    assert row["quoting"] == 0.75


def test_the_premium_is_weighted_alike_and_signed(standing: Callable[..., Run]) -> None:
    run = standing()
    run.prices.index = np.array([2.0, 1.0, 1.0, 1.0])
    run.prices.mid = run.prices.index * np.exp([[0.02, 0.0, -0.10, 0.0], [-0.04, -0.05, 0.0, 0.30]])
    run.recorder.sample(0.0, run.prices, run.quotes, np.zeros((2, 4), dtype=np.bool_), np.ones(2))
    (row,) = run.recorder.series().to_dict("records")
    assert row["premium_btc"] == pytest.approx(0.6 * 0.02 - 0.4 * 0.04)
    assert row["premium_large"] == pytest.approx(-0.4 * 0.05)
    assert row["premium_small"] == pytest.approx(-0.5 * (0.6 * 0.1) + 0.5 * (0.4 * 0.3))
