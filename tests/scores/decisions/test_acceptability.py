"""Ranks by direct counting, and where they can be worked out."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.acceptability import rank_acceptability, scaled, uniform_weights

SCORES = arrays(np.float64, (3, 4, 2), elements=st.integers(0, 3).map(float))
WEIGHTS = arrays(np.float64, (3, 2), elements=st.sampled_from([0.25, 0.5, 1.0]))


@given(SCORES, WEIGHTS)
def test_ranks_by_direct_counting(scores: Floats, weights: Floats) -> None:
    """Every order of the policies that puts no worse one before a better one is as likely as any other."""
    expected, first = np.zeros((4, 4)), np.zeros((3, 4))
    for draw in range(3):
        totals = [
            sum(weight * share for weight, share in zip(weights[draw], row, strict=True))
            for row in scaled(scores[draw]).tolist()
        ]
        orders = [
            order
            for order in permutations(range(4))
            if all(totals[one] <= totals[other] for one, other in pairwise(order))
        ]
        for order in orders:
            for rank, policy in enumerate(order):
                expected[policy, rank] += 1 / (3 * len(orders))
            first[draw, order[0]] += 1 / len(orders)
    found = rank_acceptability(scores, weights)
    assert found.ranks == pytest.approx(expected, abs=1e-12)
    for policy in range(4):
        if first[:, policy].any():
            central = np.average(weights, axis=0, weights=first[:, policy])
            assert found.central_weights[policy] == pytest.approx(central, abs=1e-12)
        else:
            assert np.isnan(found.central_weights[policy]).all()


def test_scores_run_from_the_best_to_the_worst_policy() -> None:
    assert scaled(np.array([[1.0, 7.0], [3.0, 7.0], [2.0, 7.0]])).tolist() == [[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]]


def test_a_compromise_is_first_for_a_fifth_of_all_weights() -> None:
    """(0, 1) is first where its weight of the second score is below 0.4, (0.4, 0.4) between 0.4 and 0.6."""
    scores = np.broadcast_to([[0.0, 1.0], [1.0, 0.0], [0.4, 0.4]], (20_000, 3, 2))
    found = rank_acceptability(scores, uniform_weights(20_000, 2, "test"))
    assert found.ranks[:, 0] == pytest.approx([0.4, 0.4, 0.2], abs=0.015)  # four standard errors
    assert found.central_weights == pytest.approx(np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]]), abs=0.01)


def test_weights_are_uniform_and_always_the_same() -> None:
    weights = uniform_weights(20_000, 3, "criteria")
    assert weights.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert weights.mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)
    assert weights.var(axis=0) == pytest.approx(np.full(3, 1 / 18), abs=0.002)  # flat Dirichlet of three
    assert np.array_equal(weights, uniform_weights(20_000, 3, "criteria"))
    assert not np.array_equal(weights, uniform_weights(20_000, 3, "scenarios"))
