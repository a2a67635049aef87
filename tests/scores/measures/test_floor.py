"""The lowest possible centralization: feasible, never above what happened, and the best there is."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import brentq

from lastresort.scores.measures import concentration
from lastresort.scores.measures.floor import floor_of, level

Floats = NDArray[np.float64]
Columns = tuple[Floats, Floats, Floats]


@st.composite
def owners(draw: st.DrawFn) -> Columns:
    """Losses, endowments, and caps that may lie below the losses."""
    size = draw(st.integers(1, 20))
    loss = draw(arrays(np.float64, size, elements=st.one_of(st.just(0.0), st.floats(1e-2, 1e2))))
    endowment = draw(arrays(np.float64, size, elements=st.floats(1e-2, 1e2)))
    cap = draw(arrays(np.float64, size, elements=st.one_of(st.just(0.0), st.floats(1e-2, 1e2))))
    assume(loss.sum() > 0)
    return loss, endowment, cap


def test_by_hand() -> None:
    """A loss of 6 on endowments 1, 1, 2 with caps 1, 3, 3 (own loss 6 raises none of the others).

    In proportion it would be 1.5, 1.5, 3; the first can bear 1 only, so the others share 5 as 1 : 2, but the third
    stops at 3, so the second bears 2.
    """
    loss = np.array([0.0, 3.0, 3.0])
    assert floor_of(loss, np.array([1.0, 1.0, 2.0]), np.array([1.0, 9.0, 0.0])) == pytest.approx([1.0, 2.0, 3.0])


def test_where_caps_do_not_bind_it_is_pro_rata_and_scores_zero() -> None:
    loss, endowment = np.array([4.0, 0.0]), np.array([1.0, 3.0])
    spread = floor_of(loss, endowment, np.full(2, 10.0))
    assert spread == pytest.approx([1.0, 3.0])
    assert concentration.relative_gini(spread, endowment) == pytest.approx(0.0, abs=1e-15)


@given(owners())
def test_the_whole_loss_has_a_place_within_the_caps(columns: Columns) -> None:
    loss, endowment, cap = columns
    spread = floor_of(loss, endowment, cap)
    assert spread.sum() == pytest.approx(loss.sum(), rel=1e-12)
    assert np.all(spread <= np.maximum(cap, loss) * (1 + 1e-12))


@given(owners())
def test_no_measure_is_above_what_happened(columns: Columns) -> None:
    loss, endowment, cap = columns
    spread = floor_of(loss, endowment, cap)
    before, after = (concentration.relative_gini(one, endowment) for one in (loss, spread))
    assert after <= before + 1e-10
    assert (spread / endowment).max() <= (loss / endowment).max() * (1 + 1e-12)


@given(owners())
def test_the_level_solves_the_equation_that_a_root_finder_solves(columns: Columns) -> None:
    loss, endowment, cap = columns
    cap = np.maximum(cap, loss)
    total = 0.99 * float(cap.sum())
    highest = float(np.max(cap / endowment))
    found = level(total, endowment, cap)
    root = brentq(lambda burden: np.minimum(burden * endowment, cap).sum() - total, 0.0, highest * 1.01, xtol=1e-14)
    placed = [np.minimum(burden * endowment, cap).sum() for burden in (found, root)]
    assert placed[0] == pytest.approx(placed[1], rel=1e-9)


def test_without_loss_nobody_bears_anything() -> None:
    assert floor_of(np.zeros(2), np.ones(2), np.ones(2)).tolist() == [0.0, 0.0]
