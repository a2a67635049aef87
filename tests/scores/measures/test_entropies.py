"""Entropies against their definitions, limits between them, and exact decomposition into groups."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from lastresort.scores.measures import concentration, entropies

Floats = NDArray[np.float64]


@st.composite
def accounts(draw: st.DrawFn, zeros: bool = True) -> tuple[Floats, Floats]:
    """Losses, at least one above zero, and endowments over six orders of magnitude."""
    size = draw(st.integers(1, 30))
    positive = st.floats(1e-3, 1e3)
    loss = draw(arrays(np.float64, size, elements=st.one_of(st.just(0.0), positive) if zeros else positive))
    endowment = draw(arrays(np.float64, size, elements=st.floats(1e-3, 1e3)))
    assume(loss.sum() > 0)
    return loss, endowment


def by_definition(loss: Floats, endowment: Floats, alpha: float) -> float:
    """Account by account."""
    shares = [(one / loss.sum(), other / endowment.sum()) for one, other in zip(loss, endowment, strict=True)]
    if alpha == 1:
        return float(sum(s * math.log(s / p) for s, p in shares if s > 0))
    if alpha == 0:
        return float(sum(p * math.log(p / s) for s, p in shares))
    return float((sum(p * (s / p) ** alpha for s, p in shares) - 1) / (alpha * (alpha - 1)))


@given(accounts(), st.sampled_from([0.5, 1.0, 1.5, 2.0]))
def test_generalized_entropy_equals_its_definition(columns: tuple[Floats, Floats], alpha: float) -> None:
    expected = by_definition(*columns, alpha)
    assert entropies.generalized_entropy(*columns, alpha) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(accounts(zeros=False), st.sampled_from([-1.0, 0.0]))
def test_without_zeros_it_is_defined_below_one(columns: tuple[Floats, Floats], alpha: float) -> None:
    expected = by_definition(*columns, alpha)
    assert entropies.generalized_entropy(*columns, alpha) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_with_zeros_the_mean_log_deviation_is_infinite_and_atkinson_is_one() -> None:
    loss, endowment = np.array([1.0, 0.0]), np.array([1.0, 1.0])
    assert entropies.generalized_entropy(loss, endowment, 0.0) == math.inf
    assert entropies.generalized_entropy(loss, endowment, -1.0) == math.inf
    assert entropies.atkinson(loss, endowment, 1.0) == entropies.atkinson(loss, endowment, 2.0) == 1.0


def test_two_accounts_by_hand() -> None:
    """Equal endowments, losses 3 and 1: s / p = 3/2 and 1/2. GE(2) = (5/4 - 1) / 2 = 1/8, half the squared variation.

    Atkinson(1/2) = 1 - ((sqrt(3/2) + sqrt(1/2)) / 2)^2 = 1/2 - sqrt(3)/4.
    """
    loss, endowment = np.array([3.0, 1.0]), np.ones(2)
    assert entropies.generalized_entropy(loss, endowment, 2.0) == pytest.approx(1 / 8)
    assert entropies.atkinson(loss, endowment, 0.5) == pytest.approx(0.5 - math.sqrt(3) / 4)
    assert entropies.atkinson(loss, endowment, 1.0) == pytest.approx(1 - math.sqrt(3) / 2)


@given(accounts(), st.sampled_from([0.25, 0.5, 0.75]))
def test_atkinson_is_a_function_of_the_entropy(columns: tuple[Floats, Floats], epsilon: float) -> None:
    loss, endowment = columns
    share, weight = loss / loss.sum(), endowment / endowment.sum()
    mean = float(np.sum(weight * (share / weight) ** (1 - epsilon)))
    expected = 1 - mean ** (1 / (1 - epsilon))
    assert entropies.atkinson(loss, endowment, epsilon) == pytest.approx(expected, abs=1e-12)
    assert -1e-12 <= entropies.atkinson(loss, endowment, epsilon) <= 1


@given(accounts(), st.data())
def test_splitting_an_account_into_parts_of_equal_burden_changes_nothing(
    columns: tuple[Floats, Floats], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(columns[0]) - 1))
    parts = np.array([0.5, 0.3, 0.2])
    loss, endowment = (np.concatenate((np.delete(column, place), parts * column[place])) for column in columns)
    for alpha in (0.5, 2.0):
        whole = entropies.generalized_entropy(*columns, alpha)
        assert entropies.generalized_entropy(loss, endowment, alpha) == pytest.approx(whole, rel=1e-10, abs=1e-10)


@given(accounts(), st.data())
def test_theil_is_between_groups_plus_within_groups(columns: tuple[Floats, Floats], data: st.DataObject) -> None:
    """Exactly, and within is the loss-weighted index of each group."""
    loss, endowment = columns
    group = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(loss), max_size=len(loss))))
    within = 0.0
    for label in np.unique(group):
        members = group == label
        if loss[members].sum() > 0:
            share = float(loss[members].sum() / loss.sum())
            within += share * concentration.theil(loss[members], endowment[members])
    assert entropies.theil_within(loss, endowment, group) == pytest.approx(within, abs=1e-12)
    parts = entropies.theil_between(loss, endowment, group) + entropies.theil_within(loss, endowment, group)
    assert parts == pytest.approx(concentration.theil(loss, endowment), abs=1e-12)


def test_without_loss_nothing_is_defined() -> None:
    loss, endowment, group = np.zeros(2), np.ones(2), np.zeros(2, np.int64)
    assert math.isnan(entropies.generalized_entropy(loss, endowment, 2.0))
    assert math.isnan(entropies.atkinson(loss, endowment, 0.5))
    assert math.isnan(entropies.theil_within(loss, endowment, group))
