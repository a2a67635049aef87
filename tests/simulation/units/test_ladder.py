"""The order-book ladder against closed forms, numerical integration, and itself."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.market.ladder import average_price, quantity, walk

displacements = st.floats(-0.8, 0.8)
flows = st.floats(-30.0, 30.0)
depths = st.floats(0.5, 50.0)
slopes = st.floats(0.0, 100.0)


def column(value: float) -> Floats:
    return np.array([value])


def end_of(x: float, flow: float, near: float, down: float, up: float) -> float:
    return float(walk(column(x), column(flow), column(near), column(down), column(up))[0])


def price_of(x: float, end: float, flow: float, near: float, down: float, up: float) -> float:
    return float(average_price(column(x), column(end), column(flow), column(near), column(down), column(up))[0])


@given(displacements, flows, depths, slopes, slopes)
def test_end_of_a_walk_holds_the_flow_between_it_and_its_start(
    x: float, flow: float, near: float, down: float, up: float
) -> None:
    end = end_of(x, flow, near, down, up)
    between = quantity(column(end), column(near), column(down), column(up)) - quantity(
        column(x), column(near), column(down), column(up)
    )
    assert between[0] == pytest.approx(flow, rel=1e-9, abs=1e-12 * (near + down + up))


@given(displacements, flows, st.lists(st.floats(0.01, 1.0), min_size=2, max_size=12), depths, slopes, slopes)
def test_splitting_an_order_changes_neither_end_price_nor_cost(
    x: float, flow: float, parts: list[float], near: float, down: float, up: float
) -> None:
    assume(abs(flow) > 1e-3)
    whole = end_of(x, flow, near, down, up)
    assume(abs(whole) < 3)
    at, cost = x, 0.0
    for part in np.array(parts) / sum(parts) * flow:
        after = end_of(at, part, near, down, up)
        cost += part * price_of(at, after, part, near, down, up)
        at = after
    assert at == pytest.approx(whole, abs=1e-12)
    assert cost == pytest.approx(flow * price_of(x, whole, flow, near, down, up), rel=1e-9)


@given(displacements, flows, depths)
def test_impact_is_linear_without_a_far_book(x: float, flow: float, near: float) -> None:
    assert end_of(x, flow, near, 0.0, 0.0) == pytest.approx(x + flow / near, abs=1e-12)


@pytest.mark.parametrize("flow", [-3.0, -0.02, 0.02, 3.0])
def test_impact_tends_to_the_square_root_law_as_near_depth_vanishes(flow: float) -> None:
    down, up = 4.0, 9.0
    limit = -np.sqrt(2 * -flow / down) if flow < 0 else np.sqrt(2 * flow / up)
    errors = [abs(end_of(0.0, flow, near, down, up) - limit) for near in (1e-2, 1e-4, 1e-6)]
    assert errors[0] > 50 * errors[1] > 2500 * errors[2]
    assert end_of(0.0, flow, 0.0, down, up) == pytest.approx(limit, rel=1e-14)


@given(displacements, flows, depths, slopes, slopes)
def test_round_trip_at_constant_depth_costs_nothing(x: float, flow: float, near: float, down: float, up: float) -> None:
    assume(abs(flow) > 1e-3)
    there = end_of(x, flow, near, down, up)
    assume(abs(there) < 3)
    back = end_of(there, -flow, near, down, up)
    out, home = price_of(x, there, flow, near, down, up), price_of(there, back, -flow, near, down, up)
    assert back == pytest.approx(x, abs=1e-12 * (1 + down + up))
    assert out == pytest.approx(home, rel=1e-9)


@pytest.mark.parametrize(
    ("x", "flow"), [(0.0, -5.0), (0.0, 5.0), (-0.3, 8.0), (0.2, -9.0), (-0.1, -0.4), (0.5, 1e-3), (-0.6, 30.0)]
)
def test_average_price_is_the_integral_along_the_walk(x: float, flow: float) -> None:
    near, down, up = 6.0, 3.0, 20.0
    end = end_of(x, flow, near, down, up)
    paid = quad(lambda z: np.exp(z) * (near + (down if z < 0 else up) * abs(z)), x, end, points=[0.0], epsrel=1e-12)[0]
    assert price_of(x, end, flow, near, down, up) == pytest.approx(paid / flow, rel=1e-9)


@given(displacements, st.floats(-1e-6, 1e-6), depths, slopes, slopes)
def test_average_price_of_a_tiny_order_is_the_price(x: float, flow: float, near: float, down: float, up: float) -> None:
    end = end_of(x, flow, near, down, up)
    assert price_of(x, end, flow, near, down, up) == pytest.approx(np.exp(x), rel=2e-6)


@given(displacements, flows, depths, slopes, slopes)
def test_average_price_lies_between_the_end_prices(x: float, flow: float, near: float, down: float, up: float) -> None:
    end = end_of(x, flow, near, down, up)
    low, high = sorted((np.exp(x), np.exp(end)))
    assert low <= price_of(x, end, flow, near, down, up) <= high * (1 + 1e-15)


@given(displacements, flows, st.floats(1e-6, 5.0), depths, slopes, slopes)
def test_more_buying_ends_higher(x: float, flow: float, more: float, near: float, down: float, up: float) -> None:
    assert end_of(x, flow + more, near, down, up) > end_of(x, flow, near, down, up)


@given(displacements, st.floats(0.01, 30.0), depths, st.floats(1.1, 5.0), slopes, slopes)
def test_a_deeper_book_moves_less(x: float, flow: float, near: float, deeper: float, down: float, up: float) -> None:
    thin, thick = end_of(x, -flow, near, down, up), end_of(x, -flow, near * deeper, down, up)
    assert x > thick > thin


@given(displacements, depths, slopes, slopes)
def test_depth_alone_never_moves_a_price(x: float, near: float, down: float, up: float) -> None:
    assert end_of(x, 0.0, near, down, up) == pytest.approx(x, abs=1e-14)
