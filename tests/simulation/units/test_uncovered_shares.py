"""How much of an inventory is to be placed: the share of its loss that nobody covers, or all of it."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.stages import unset_severity
from lastresort.simulation.waterfall.state import VenueState


def average(quantity: Floats, depth: float) -> Floats:
    """Average over first price of selling into a book of constant depth: (1 - e^-u) / u, u = quantity / depth."""
    u = quantity / depth
    return np.asarray(-np.expm1(-u) / u)


def losses(mid: float, depth: float = 1e12, places_all: bool = False) -> OpenLosses:
    """An engine that took 100 contracts over at 1.00."""
    one = np.ones(1)
    state = SimpleNamespace(
        inventory=100 * one,
        engine_cash=-100 * one,
        mid=mid * one,
        fundamental=mid * one,
        open_interest=one,
        venue_equity=0.0,
        rounding=0.01,
    )

    def sale_ratio(market: Ints, quantity: Floats) -> Floats:
        return average(quantity, depth)

    state.sale_ratio = sale_ratio
    return OpenLosses.of(cast(VenueState, state), np.array([0]), False, places_all)


@pytest.mark.parametrize(("promised", "share"), [(0.0, 1.0), (2.5, 0.75), (5.0, 0.5), (9.995, 0.0), (10.0, 0.0)])
def test_what_is_promised_is_not_placed(promised: float, share: float) -> None:
    """10 USD are lost on 100 contracts; less than a cent is nothing."""
    open_losses = losses(0.9)
    open_losses.promised = np.array([promised])
    assert open_losses.uncovered_share == pytest.approx([share])
    assert unset_severity(open_losses).contracts == pytest.approx([100 * share])


def test_a_venue_may_place_all_because_of_a_cent() -> None:
    open_losses = losses(0.9, places_all=True)
    for promised, share in ((0.0, 1.0), (9.98, 1.0), (10.0, 0.0)):
        open_losses.promised = np.array([promised])
        assert open_losses.uncovered_share.tolist() == [share]


def test_without_a_loss_nothing_is_placed() -> None:
    assert losses(1.1).uncovered_share.tolist() == [0.0]
    assert losses(1.1, places_all=True).uncovered_share.tolist() == [0.0]


@given(st.floats(0.3, 0.99), st.floats(10, 1e6), st.floats(0.0, 1.0))
def test_selling_the_rest_costs_no_more_than_what_is_covered(mid: float, depth: float, covered: float) -> None:
    """The part that is placed leaves at 1.00; the rest goes into the book, which less of it moves less."""
    open_losses = losses(mid, depth)
    promised = covered * open_losses.shortfall
    open_losses.promised = promised
    rest = 100 * (1 - open_losses.uncovered_share)
    sold = rest > 1e-9
    lost = np.where(sold, rest * (1 - mid * average(np.where(sold, rest, 1.0), depth)), 0.0)
    assert (lost <= promised + 0.01 + 1e-9).all()
