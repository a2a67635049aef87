"""Stochastic dominance by hand, its size where the truth is on the boundary, and its power."""

import numpy as np
import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.decisions.dominance import Order, stochastic_dominance

ORDERS: tuple[Order, ...] = (1, 2)


def rejected(shift: float, order: Order, samples: int = 150, seeds: int = 40) -> float:
    """Share of rejections of "ours dominates theirs": normal losses, correlation 0.8, ours larger by `shift`."""
    random = np.random.Generator(np.random.Philox(key=[3, order]))
    ours, noise = random.normal(size=(2, samples, seeds))
    theirs = 0.8 * ours + 0.6 * noise
    return float(
        np.mean(
            [
                stochastic_dominance(one + shift, other, order).verdict == "rejected"
                for one, other in zip(ours, theirs, strict=True)
            ]
        )
    )


def test_violations_by_hand() -> None:
    """P(ours > x) - P(theirs > x) is at most 1/2, at x = 1; E(ours - x)+ - E(theirs - x)+ at most 0.5, at x = 1."""
    ours, theirs = [1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.0]
    for order in ORDERS:
        assert stochastic_dominance(ours, theirs, order).statistic == pytest.approx(2 * 0.5)
        assert stochastic_dominance(theirs, ours, order).statistic == 0.0
        assert stochastic_dominance(theirs, ours, order).p_value == 1.0


def test_a_spread_around_the_same_mean_breaks_the_second_order_one_way_only() -> None:
    calm, wild = np.tile([1.0, 1.0], 50), np.tile([0.0, 2.0], 50)
    assert stochastic_dominance(calm, wild, 2).verdict == "not rejected"
    assert stochastic_dominance(wild, calm, 2).verdict == "rejected"
    assert [stochastic_dominance(*pair, 1).verdict for pair in ((calm, wild), (wild, calm))] == ["rejected"] * 2


@pytest.mark.parametrize("order", ORDERS)
def test_equal_losses_are_rejected_in_about_a_twentieth_of_all_samples(order: Order) -> None:
    assert rejected(0.0, order) <= 0.05 + 3 * 0.018  # three standard errors of 150 samples


@pytest.mark.parametrize("order", ORDERS)
def test_smaller_losses_are_hardly_ever_rejected_and_larger_ones_mostly(order: Order) -> None:
    assert rejected(-0.5, order) <= 0.02
    assert rejected(0.5, order) >= 0.8


def test_many_losses_are_compared_at_some_points() -> None:
    losses = np.random.default_rng(1).normal(size=(2, 1000))
    assert stochastic_dominance(losses[0] + 1, losses[1], 1).verdict == "rejected"
    assert stochastic_dominance(losses[0] - 1, losses[1], 2).verdict == "not rejected"


def test_losses_of_other_seeds_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="found 2 and 3 losses"):
        stochastic_dominance([1.0, 2.0], [1.0, 2.0, 3.0], 1)
    with pytest.raises(InputError, match="at least two"):
        stochastic_dominance([1.0], [1.0], 1)
