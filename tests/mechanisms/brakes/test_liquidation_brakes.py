"""Brakes on the engine's own selling: a pause far from the index, and a limit on its flow."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.brakes.liquidation_pause import LiquidationPause
from lastresort.mechanisms.brakes.liquidation_rate_limit import LiquidationRateLimit
from lastresort.mechanisms.contract import OrderKind, OrderView
from lastresort.plugins.testing.builders import order_view

Orders = Callable[..., OrderView]
KINDS = (OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION)


@pytest.mark.parametrize(
    ("mid", "quantity", "passes"),
    [(0.951, -10, 1), (0.949, -10, 0), (0.949, 10, 1), (1.049, 10, 1), (1.051, 10, 0), (1.051, -10, 1)],
)
def test_the_engine_waits_where_it_would_widen_a_wide_gap(
    orders: Orders, mid: float, quantity: float, passes: float
) -> None:
    said = LiquidationPause(gap=0.05).admit(orders(KINDS, [quantity] * 3, mid=[mid] * 3))
    assert (1.0 if said is None else said.fraction[2]) == passes


def test_only_the_engine_is_held_back(orders: Orders) -> None:
    said = LiquidationPause().admit(orders((*KINDS, OrderKind.TRANSFER), [-10] * 4, mid=[0.5] * 4))
    assert said is not None
    assert list(said.fraction) == [1, 1, 0, 1]


def sale(orders: Orders, time: float, quantity: float, interest: float = 1e6) -> OrderView:
    """One order of the engine in one market."""
    return orders([OrderKind.LIQUIDATION], [quantity], time=time, initial_open_interest=[interest])


def test_the_first_order_passes_up_to_the_limit(orders: Orders) -> None:
    """0.2 % of a million contracts is 2,000: of 8,000 a quarter passes, and nothing in the same second after it."""
    rule = LiquidationRateLimit(share=0.002)
    first, second = rule.admit(sale(orders, 0, -8000)), rule.admit(sale(orders, 0, -8000))
    assert first is not None
    assert second is not None
    assert first.fraction[0] == pytest.approx(0.25)
    assert second.fraction[0] == 0


def test_room_comes_back_with_the_average(orders: Orders) -> None:
    """A minute after a full limit, 1 - 1/e of it is free again."""
    rule = LiquidationRateLimit(share=0.002, window=60)
    rule.admit(sale(orders, 0, -2000))
    said = rule.admit(sale(orders, 60, 2000))
    assert said is not None
    assert said.fraction[0] == pytest.approx(1 - np.exp(-1))


def test_a_steady_flow_settles_at_the_limit_per_minute(orders: Orders) -> None:
    """QFEX: the 60-second average of the liquidation flow stays below the limit; here 2,000 contracts a minute."""
    rule, passed = LiquidationRateLimit(share=0.002), []
    for second in range(1200):
        said = rule.admit(sale(orders, second, -1e5))
        assert said is not None
        passed.append(said.fraction[0] * 1e5)
    assert sum(passed[-60:]) == pytest.approx(2000, rel=0.02)


def test_markets_have_a_limit_each_and_other_orders_none(orders: Orders) -> None:
    rule = LiquidationRateLimit(share=0.002)
    kinds = [OrderKind.LIQUIDATION, OrderKind.LIQUIDATION, OrderKind.CLOSE, OrderKind.TRANSFER]
    view = orders(kinds, [-4000, -1000, -1e6, 50], market=[3, 0, 3, -1], initial_open_interest=[1e6, 1e6, 1e6, 1])
    said = rule.admit(view)
    assert said is not None
    assert list(said.fraction) == [0.5, 1, 1, 1]


def test_nothing_to_sell_is_no_opinion(orders: Orders) -> None:
    rule = LiquidationRateLimit()
    assert rule.admit(orders([OrderKind.LIQUIDATION, OrderKind.OPEN], [0, 5])) is None
    assert rule.admit(orders([], [])) is None


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-1e5, 1e5)), min_size=1, max_size=30))
def test_the_average_never_exceeds_the_limit(path: list[tuple[float, float]]) -> None:
    rule, now, flow, one = LiquidationRateLimit(share=0.002), 0.0, 0.0, np.ones(1)
    for dt, quantity in path:
        now += dt
        flow *= np.exp(-dt / 60)
        said = rule.admit(order_view([OrderKind.LIQUIDATION], [quantity], now, initial_open_interest=1e6 * one))
        flow += abs(quantity) * (1.0 if said is None else said.fraction[0])
        assert flow <= 2000 * (1 + 1e-9)
