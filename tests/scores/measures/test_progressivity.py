"""Plain Gini, Kakwani and re-ranking against their definitions, and the signs that give them a meaning."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import rankdata

from lastresort.experiments import inequality
from lastresort.scores.measures import progressivity

Floats = NDArray[np.float64]

amounts = st.integers(1, 30).flatmap(
    lambda size: arrays(np.float64, size, elements=st.one_of(st.just(0.0), st.floats(1e-3, 1e3)))
)


@given(amounts)
def test_plain_gini_equals_its_definition_over_all_pairs(amount: Floats) -> None:
    assume(amount.sum() > 0)
    pairs = np.abs(amount[:, None] - amount[None, :]).sum()
    assert inequality.gini(amount) == pytest.approx(pairs / (2 * len(amount) * amount.sum()), abs=1e-12)


@given(amounts, st.data())
def test_concentration_coefficient_is_the_area_under_the_concentration_curve(
    amount: Floats, data: st.DataObject
) -> None:
    """One minus twice the area, owners in the order of their rank; no ties, so that there is one curve."""
    assume(amount.sum() > 0)
    order = np.array(data.draw(st.permutations(range(len(amount)))))
    rank = np.empty(len(amount))
    rank[order] = np.arange(1, len(amount) + 1)
    curve = np.concatenate(([0.0], np.cumsum(amount[order]) / amount.sum()))
    area = np.trapezoid(curve, np.linspace(0, 1, len(curve)))
    assert inequality.concentration_coefficient(amount, rank) == pytest.approx(1 - 2 * area, abs=1e-12)


def test_in_proportion_nobody_is_favoured() -> None:
    endowment = np.array([1.0, 5.0, 2.0])
    rank = rankdata(endowment)
    assert progressivity.kakwani(0.1 * endowment, endowment, rank) == pytest.approx(0.0, abs=1e-15)
    assert progressivity.reranking(0.1 * endowment, endowment, rank) == pytest.approx(0.0, abs=1e-15)


def test_kakwani_is_positive_where_large_owners_bear_more_and_negative_where_small_ones_do() -> None:
    """Two owners with 1 and 3: Gini 1/4. All on the large one: C = 1/2; all on the small one: C = -1/2."""
    endowment = np.array([1.0, 3.0])
    rank = rankdata(endowment)
    assert progressivity.kakwani(np.array([0.0, 1.0]), endowment, rank) == pytest.approx(1 / 4)
    assert progressivity.kakwani(np.array([1.0, 0.0]), endowment, rank) == pytest.approx(-3 / 4)


def test_reranking_is_positive_only_where_owners_overtake_one_another() -> None:
    """Owners with 1 and 3: losing 1 the large one stays ahead. Losing 5/2 it falls to 1/2: G = 1/6, C = -1/6."""
    endowment = np.array([1.0, 3.0])
    rank = rankdata(endowment)
    assert progressivity.reranking(np.array([0.0, 1.0]), endowment, rank) == pytest.approx(0.0)
    assert progressivity.reranking(np.array([0.0, 2.5]), endowment, rank) == pytest.approx(1 / 3)


@given(amounts, st.data())
def test_reranking_is_never_negative(loss: Floats, data: st.DataObject) -> None:
    endowment = data.draw(arrays(np.float64, len(loss), elements=st.floats(1.0, 1e3)))
    assume(loss.sum() > 0 and (endowment - loss).sum() > 1.0)
    assert progressivity.reranking(loss, endowment, rankdata(endowment)) >= -1e-9


def test_without_loss_nothing_is_defined() -> None:
    nothing, endowment = np.zeros(2), np.array([1.0, 3.0])
    assert math.isnan(inequality.gini(nothing))
    assert math.isnan(progressivity.kakwani(nothing, endowment, rankdata(endowment)))
    assert math.isnan(progressivity.reranking(nothing, endowment, rankdata(endowment)))
