"""Margins and caps that depend on volatility and open interest, by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.open_interest_cap import OpenInterestCap
from lastresort.mechanisms.brakes.open_interest_margin import OpenInterestMargin
from lastresort.mechanisms.brakes.stress_margin import StressMargin
from lastresort.mechanisms.contract import MarginView, OrderKind, OrderView

Orders = Callable[..., OrderView]
Margins = Callable[..., MarginView]


@pytest.mark.parametrize(
    ("volatility", "scale"),
    [(4.9, 1.0), (5.0, 1.25), (5.9, 1.25), (6.0, 1.5), (8.0, 2.0), (80.0, 2.0)],
)
def test_margins_rise_in_steps_to_a_most(margins: Margins, volatility: float, scale: float) -> None:
    """Threshold 4, steps of a quarter: 5 is one step above, 8 is twice the threshold and the most."""
    terms = StressMargin(threshold=4, step=0.25, most=2).require_margin(margins([1e6], [1e6], [volatility]))
    assert (1.0 if terms is None else terms.isolated_scale[0]) == scale


def test_only_loud_markets_pay_more_and_tiers_keep_their_rates(margins: Margins) -> None:
    rule = StressMargin(tiers=(1, 2))
    terms = rule.require_margin(margins([1e6] * 3, [1e6] * 3, [1.0, 8.0, 6.0]))
    assert terms is not None
    assert list(terms.isolated_scale) == [1.0, 2.0, 1.5]
    assert terms.cross_rate == pytest.approx([0.01, 0.02 * 2, 0.04 * 1.5])


def test_calm_markets_are_no_opinion(margins: Margins) -> None:
    assert StressMargin().require_margin(margins([1e6] * 2, [1e6] * 2, [1.0, 3.9])) is None


def opening(orders: Orders, interest: float, index: float = 1.0, quantity: float = 1e6) -> OrderView:
    """An opening, a close and a transfer; open interest was 20 million at the start."""
    kinds = [OrderKind.OPEN, OrderKind.CLOSE, OrderKind.TRANSFER]
    return orders(
        kinds,
        [quantity, -quantity, 1e3],
        index=[index, index, 1],
        open_interest=[interest, interest, 1],
        initial_open_interest=[20e6, 20e6, 1],
    )


@pytest.mark.parametrize(("interest", "margin"), [(20e6, 0.1), (35e6, 0.55), (50e6, 1.0), (80e6, 1.0)])
def test_initial_margin_of_the_mid_cap_tier(orders: Orders, interest: float, margin: float) -> None:
    """dYdX v5: 10 %, rising linearly to 100 % between 20 and 50 million USD; half way it is 55 %."""
    said = OpenInterestMargin(base=(0.1,)).admit(opening(orders, interest))
    fraction = [1.0] * 3 if said is None else list(said.fraction)
    assert fraction == [pytest.approx(0.1 / margin), 1, 1]


def test_open_notional_counts_at_the_index(orders: Orders) -> None:
    """70 million contracts at 0.50 are the 35 million USD of half way."""
    said = OpenInterestMargin(base=(0.1,)).admit(opening(orders, 70e6, index=0.5))
    assert said is not None
    assert said.fraction[0] == pytest.approx(0.1 / 0.55)


@pytest.mark.parametrize(
    ("interest", "quantity", "fraction"), [(18e6, 1e6, 1), (19.5e6, 1e6, 0.5), (19.5e6, -1e6, 0.5), (21e6, 1e6, 0)]
)
def test_openings_pass_up_to_the_cap(orders: Orders, interest: float, quantity: float, fraction: float) -> None:
    said = OpenInterestCap(cap=1.0).admit(opening(orders, interest, quantity=quantity))
    assert (np.ones(3) if said is None else said.fraction) == pytest.approx([fraction, 1, 1])


def test_no_orders_are_no_opinion(orders: Orders) -> None:
    for rule in (OpenInterestCap(), OpenInterestMargin()):
        assert rule.admit(orders([], [])) is None
        assert rule.admit(orders([OrderKind.TRANSFER], [1e9])) is None
