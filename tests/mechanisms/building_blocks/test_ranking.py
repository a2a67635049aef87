"""Ranking quantities by hand, and the lexicographic order against Python's own."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.building_blocks.ranking import (
    balance,
    lexicographic,
    margin_ratio,
    profit_rate,
    profit_times_leverage,
    ratio,
)
from lastresort.mechanisms.contract import Candidates

Holders = Callable[..., Candidates]
few_values = st.integers(-2, 2).map(float)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(few_values, few_values, few_values), max_size=30))
def test_lexicographic_sorts_as_python_does(rows: list[tuple[float, float, float]]) -> None:
    score = lexicographic(*(np.array([row[k] for row in rows], dtype=np.float64) for k in range(3)))
    assert [rows[i] for i in np.argsort(-score, kind="stable")] == sorted(rows, reverse=True)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(few_values, few_values), min_size=1, max_size=20))
def test_lexicographic_ties_exactly_equal_rows(rows: list[tuple[float, float]]) -> None:
    score = lexicographic(*(np.array(column) for column in zip(*rows, strict=True)))
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            assert (score[i] == score[j]) == (one == other)
            assert (score[i] > score[j]) == (one > other)


def test_ratio_without_a_whole() -> None:
    assert ratio(np.array([1.0, 1.0, -1.0]), np.array([4.0, 0.0, -2.0]), otherwise=9.0) == pytest.approx([0.25, 9, 9])


def test_quantities_by_hand(candidates: Holders) -> None:
    """Two shorts of 100 at mark 1, entered at 1.25 and 0.8, and an account without a position."""
    holders = candidates(
        [-100, -100, 0],
        entry_price=[1.25, 0.8, 0.0],
        leverage=[5, 2, 1],
        equity=[20, 50, 10],
        maintenance=[2, 5, 0],
        unit_profit=[25, -20, 0],
    )
    assert profit_rate(holders) == pytest.approx([25 / 125, -20 / 80, 0])
    assert profit_times_leverage(holders) == pytest.approx([1.0, -0.125, 0])
    assert margin_ratio(holders) == pytest.approx([0.1, 0.1, 0])
    assert balance(holders) == pytest.approx([1, 70, 10])  # 20 - 25 counts as a dollar
