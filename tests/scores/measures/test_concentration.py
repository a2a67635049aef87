"""Concentration measures against the definition, closed forms, and the invariances that make them relative."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from lastresort.scores.measures import concentration

Floats = NDArray[np.float64]


def gini_by_definition(loss: Floats, endowment: Floats) -> float:
    """All pairs of accounts: sum_ij p_i p_j |b_i - b_j| over twice the mean burden."""
    weight, burden = endowment / endowment.sum(), loss / endowment
    pairs = weight[:, None] * weight[None, :] * np.abs(burden[:, None] - burden[None, :])
    return float(pairs.sum() / (2 * loss.sum() / endowment.sum()))


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Losses, at least one above zero, and endowments over six orders of magnitude."""
    size = draw(st.integers(1, 30))
    loss = draw(arrays(np.float64, size, elements=st.one_of(st.just(0.0), st.floats(1e-3, 1e3))))
    endowment = draw(arrays(np.float64, size, elements=st.floats(1e-3, 1e3)))
    assume(loss.sum() > 0)
    return loss, endowment


@given(accounts())
def test_relative_gini_equals_its_definition_over_all_pairs(columns: tuple[Floats, Floats]) -> None:
    loss, endowment = columns
    assert concentration.relative_gini(loss, endowment) == pytest.approx(gini_by_definition(loss, endowment), abs=1e-10)


@given(accounts())
def test_bounds(columns: tuple[Floats, Floats]) -> None:
    loss, endowment = columns
    smallest = endowment.min() / endowment.sum()
    gini, hoover = concentration.relative_gini(loss, endowment), concentration.hoover(loss, endowment)
    assert 0 <= hoover <= gini + 1e-12
    assert gini <= 1 - smallest + 1e-12
    assert -1e-12 <= concentration.theil(loss, endowment) <= -math.log(smallest) + 1e-12
    assert 1 - 1e-12 <= concentration.effective_payers(loss) <= len(loss) + 1e-9


@given(accounts(), st.data())
def test_splitting_an_account_into_parts_of_equal_burden_changes_nothing(
    columns: tuple[Floats, Floats], data: st.DataObject
) -> None:
    loss, endowment = columns
    place = data.draw(st.integers(0, len(loss) - 1))
    parts = np.array([0.5, 0.3, 0.2])
    split_loss = np.concatenate((np.delete(loss, place), parts * loss[place]))
    split_endowment = np.concatenate((np.delete(endowment, place), parts * endowment[place]))
    for measure in (concentration.relative_gini, concentration.hoover, concentration.theil):
        assert measure(split_loss, split_endowment) == pytest.approx(measure(loss, endowment), abs=1e-10)


@given(accounts(), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_of_loss_and_endowment_do_not_matter(columns: tuple[Floats, Floats], money: float, equity: float) -> None:
    loss, endowment = columns
    scaled = concentration.relative_gini(money * loss, equity * endowment)
    assert scaled == pytest.approx(concentration.relative_gini(loss, endowment), abs=1e-10)


@given(accounts(), st.data())
def test_theil_is_between_groups_plus_within_groups(columns: tuple[Floats, Floats], data: st.DataObject) -> None:
    loss, endowment = columns
    group = np.array(data.draw(st.lists(st.sampled_from("abc"), min_size=len(loss), max_size=len(loss))))
    within = 0.0
    for label in np.unique(group):
        members = group == label
        if loss[members].sum() > 0:
            share = float(loss[members].sum() / loss.sum())
            within += share * concentration.theil(loss[members], endowment[members])
    parts = concentration.theil_between(loss, endowment, group) + within
    assert parts == pytest.approx(concentration.theil(loss, endowment), abs=1e-10)


@given(accounts())
def test_moving_loss_from_a_heavier_to_a_lighter_burden_never_raises_the_gini(columns: tuple[Floats, Floats]) -> None:
    loss, endowment = columns
    burden = loss / endowment
    heavy, light = int(burden.argmax()), int(burden.argmin())
    equal = (loss[heavy] + loss[light]) / (endowment[heavy] + endowment[light])
    milder = loss.copy()
    milder[heavy], milder[light] = equal * endowment[heavy], equal * endowment[light]
    before = concentration.relative_gini(loss, endowment)
    assert concentration.relative_gini(milder, endowment) <= before + 1e-10


def test_a_pro_rata_charge_and_a_gains_haircut_on_gains_score_zero() -> None:
    gains = np.array([5.0, 20.0, 75.0])
    haircut = min(1.0, 30.0 / gains.sum()) * gains  # VMGH: everyone gives up the same share of its gain
    for measure in (concentration.relative_gini, concentration.hoover, concentration.theil):
        assert measure(haircut, gains) == pytest.approx(0.0, abs=1e-15)


def test_all_loss_on_the_smallest_account_scores_one_minus_its_share() -> None:
    loss, endowment = np.array([7.0, 0.0, 0.0]), np.array([1.0, 3.0, 6.0])
    assert concentration.relative_gini(loss, endowment) == pytest.approx(0.9)
    assert concentration.hoover(loss, endowment) == pytest.approx(0.9)
    assert concentration.theil(loss, endowment) == pytest.approx(math.log(10))


def test_a_queue_of_three_by_hand() -> None:
    """Endowments 1, 1, 2 (shares 1/4, 1/4, 1/2); the queue takes 3 from the first and 1 from the second.

    Burdens 3, 1, 0. Sum over pairs of p_i p_j |b_i - b_j| = 2 (1/16 x 2 + 1/8 x 3 + 1/8 x 1) = 5/4; mean burden 1;
    G = 5/8. Loss shares 3/4, 1/4, 0: Hoover = (1/2 + 0 + 1/2) / 2 = 1/2; Theil = 3/4 ln 3; HHI = 10/16.
    """
    loss, endowment = np.array([3.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0])
    assert concentration.relative_gini(loss, endowment) == pytest.approx(5 / 8)
    assert concentration.hoover(loss, endowment) == pytest.approx(1 / 2)
    assert concentration.theil(loss, endowment) == pytest.approx(0.75 * math.log(3))
    assert concentration.herfindahl(loss) == pytest.approx(10 / 16)
    assert concentration.effective_payers(loss) == pytest.approx(1.6)
    assert concentration.top_share(loss, 1) == pytest.approx(0.75)
    assert concentration.top_share(loss, 10) == pytest.approx(1.0)
    assert concentration.largest_burden(loss, endowment) == 3.0


def test_relative_lorenz_curve_by_hand() -> None:
    population, share = concentration.relative_lorenz(np.array([3.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0]))
    assert population == pytest.approx(np.array([0, 0.5, 0.75, 1]))
    assert share == pytest.approx(np.array([0, 0, 0.25, 1]))


def test_without_loss_the_shape_is_undefined_never_zero() -> None:
    loss, endowment = np.zeros(3), np.ones(3)
    assert math.isnan(concentration.relative_gini(loss, endowment))
    assert math.isnan(concentration.hoover(loss, endowment))
    assert math.isnan(concentration.theil(loss, endowment))
    assert math.isnan(concentration.theil_between(loss, endowment, np.array(["a", "b", "b"])))
    assert math.isnan(concentration.effective_payers(loss))
    assert math.isnan(concentration.top_share(loss, 1))
    assert np.isnan(concentration.relative_lorenz(loss, endowment)[1]).all()
    assert concentration.largest_burden(loss, endowment) == 0.0


@pytest.mark.parametrize(("loss", "endowment"), [([-1.0], [1.0]), ([math.inf], [1.0]), ([1.0], [0.0]), ([1.0], [-1.0])])
def test_what_no_formula_covers_is_refused(loss: list[float], endowment: list[float]) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        concentration.relative_gini(np.array(loss), np.array(endowment))
