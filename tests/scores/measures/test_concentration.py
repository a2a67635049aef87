"""Concentration measures against the definition, closed forms, and the invariances that make them relative."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from lastresort.experiments.inequality import top_share
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
    assert concentration.relative_gini(loss, endowment) == pytest.approx(gini_by_definition(loss, endowment), abs=1e-12)


@given(accounts())
def test_the_other_measures_equal_their_definitions(columns: tuple[Floats, Floats]) -> None:
    """Sums written out account by account."""
    loss, _ = columns
    shares = [one / loss.sum() for one in loss]
    assert concentration.herfindahl(loss) == pytest.approx(sum(s * s for s in shares), abs=1e-12)
    ranked = sorted(shares, reverse=True)
    for count in (1, 3, 10):
        assert top_share(loss, count) == pytest.approx(sum(ranked[:count]), abs=1e-12)


@given(accounts())
def test_the_lorenz_curve_is_convex_and_below_the_diagonal(columns: tuple[Floats, Floats]) -> None:
    population, share = concentration.relative_lorenz(*columns)
    assert (population[0], share[0], population[-1], share[-1]) == (0, 0, 1, 1)
    assert np.all(share <= population + 1e-12)
    assert concentration.gini_of_curve(population, share) == concentration.relative_gini(*columns)


@given(accounts())
def test_bounds(columns: tuple[Floats, Floats]) -> None:
    loss, endowment = columns
    smallest = endowment.min() / endowment.sum()
    assert -1e-12 <= concentration.relative_gini(loss, endowment) <= 1 - smallest + 1e-12
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
    split = concentration.relative_gini(split_loss, split_endowment)
    assert split == pytest.approx(concentration.relative_gini(loss, endowment), abs=1e-10)


@given(accounts(), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_of_loss_and_endowment_do_not_matter(columns: tuple[Floats, Floats], money: float, equity: float) -> None:
    loss, endowment = columns
    scaled = concentration.relative_gini(money * loss, equity * endowment)
    assert scaled == pytest.approx(concentration.relative_gini(loss, endowment), abs=1e-10)


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
    assert concentration.relative_gini(haircut, gains) == pytest.approx(0.0, abs=1e-15)


def test_the_papers_worked_example() -> None:
    """arXiv 2512.01112: a budget of 7.5 on profits of 8, 4 and 1/2; the queue takes 3.5 and 4, pro rata 4.8, 2.4, 0.3.

    Endowment shares 0.64, 0.32, 0.04 and the queue's burdens 7/16, 1, 0 with mean 0.6: over pairs, p_i p_j |b_i - b_j|
    adds up to 0.2304 + 0.0224 + 0.0256 = 0.2784, and G = 0.2784 / 1.2 = 0.232.
    """
    profits = np.array([8.0, 4.0, 0.5])
    assert concentration.relative_gini(np.array([3.5, 4.0, 0.0]), profits) == pytest.approx(0.232, abs=1e-12)
    assert concentration.relative_gini(np.array([4.8, 2.4, 0.3]), profits) == pytest.approx(0.0, abs=1e-12)


def test_all_loss_on_the_smallest_account_scores_one_minus_its_share() -> None:
    loss, endowment = np.array([7.0, 0.0, 0.0]), np.array([1.0, 3.0, 6.0])
    assert concentration.relative_gini(loss, endowment) == pytest.approx(0.9)


def test_a_queue_of_three_by_hand() -> None:
    """Endowments 1, 1, 2 (shares 1/4, 1/4, 1/2); the queue takes 3 from the first and 1 from the second.

    Burdens 3, 1, 0. Sum over pairs of p_i p_j |b_i - b_j| = 2 (1/16 x 2 + 1/8 x 3 + 1/8 x 1) = 5/4; mean burden 1;
    G = 5/8. Loss shares 3/4, 1/4, 0: HHI = 10/16.
    """
    loss, endowment = np.array([3.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0])
    assert concentration.relative_gini(loss, endowment) == pytest.approx(5 / 8)
    assert concentration.herfindahl(loss) == pytest.approx(10 / 16)
    assert concentration.effective_payers(loss) == pytest.approx(1.6)
    assert top_share(loss, 1) == pytest.approx(0.75)
    assert top_share(loss, 10) == pytest.approx(1.0)


def test_relative_lorenz_curve_by_hand() -> None:
    population, share = concentration.relative_lorenz(np.array([3.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0]))
    assert population == pytest.approx(np.array([0, 0.5, 0.75, 1]))
    assert share == pytest.approx(np.array([0, 0, 0.25, 1]))


def test_without_loss_the_shape_is_undefined_never_zero() -> None:
    loss, endowment = np.zeros(3), np.ones(3)
    assert math.isnan(concentration.relative_gini(loss, endowment))
    assert math.isnan(concentration.relative_gini(np.zeros(0), np.zeros(0)))
    assert math.isnan(concentration.effective_payers(np.zeros(0)))
    assert math.isnan(concentration.effective_payers(loss))
    assert math.isnan(top_share(loss, 1))
    assert np.isnan(concentration.relative_lorenz(loss, endowment)[1]).all()


@pytest.mark.parametrize(("loss", "endowment"), [([-1.0], [1.0]), ([math.inf], [1.0]), ([1.0], [0.0]), ([1.0], [-1.0])])
def test_what_no_formula_covers_is_refused(loss: list[float], endowment: list[float]) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        concentration.relative_gini(np.array(loss), np.array(endowment))
