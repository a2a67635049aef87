"""Recovery, halts, marks and memory of the price process against closed forms."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe

NEVER = 1e30


def still(universe: Universe) -> tuple[Floats, Floats, Floats]:
    """An unmoved fundamental, normal depth, and open markets."""
    V, M = universe.shape
    return np.zeros(M), np.ones((V + 1, M)), np.ones((V, M))


def calm_tick(universe: Universe, dt: float) -> tuple[Floats, float, Floats, Floats]:
    flat, depth, trading = still(universe)
    return flat, dt, depth, trading


def advance(prices: Prices, fundamental: Floats, dt: float, depth: Floats, trading: Floats) -> None:
    """A tick without trades."""
    prices.recover(fundamental, dt, depth, trading)
    prices.renew_marks(dt)


def displacement_after(universe: Universe, seconds: float, dt: float, depth: float = 1.0) -> float:
    prices = Prices(universe)
    prices.x[:] = -0.2
    flat, normal, trading = still(universe)
    for _ in range(round(seconds / dt)):
        advance(prices, flat, dt, depth * normal, trading)
    assert (prices.x == prices.x[0, 0]).all()
    return float(prices.x[0, 0])


def test_resilience_alone_halves_a_displacement_per_half_life(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(books={"recovery": 400})
    assert displacement_after(universe, 800, 0.25) == pytest.approx(-0.05, rel=1e-3)


def test_recovery_converges_at_first_order_in_the_step(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(books={"recovery": 400})
    errors = [abs(displacement_after(universe, 800, dt) + 0.05) for dt in (16.0, 8.0, 4.0, 2.0)]
    assert np.array(errors[:-1]) / errors[1:] == pytest.approx(2.0, abs=0.05)


def test_recovery_slows_in_proportion_to_depth(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(books={"recovery": 400})
    assert displacement_after(universe, 800, 0.25, depth=0.5) == pytest.approx(-0.1, rel=1e-3)


def test_spot_and_perpetuals_move_by_trades_alone(make_universe: Callable[..., Universe]) -> None:
    """Nothing pulls a perpetual to the index, and no spot follows perpetuals: without trades a basis stays."""
    universe = make_universe(books={"recovery": NEVER})
    prices = Prices(universe)
    prices.x[:], prices.y[:] = np.array([[-0.1], [-0.3]]), 0.05
    for _ in range(450):
        advance(prices, *calm_tick(universe, 1.0))
    assert prices.x == pytest.approx(np.array([[-0.1] * 4, [-0.3] * 4]), rel=1e-12)
    assert prices.y == pytest.approx(np.full(4, 0.05), rel=1e-12)


def test_every_book_recovers_by_itself(make_universe: Callable[..., Universe]) -> None:
    """Spot at full and perpetuals at half of normal depth: a displacement halves in 400 and in 800 seconds."""
    universe = make_universe(books={"recovery": 400})
    prices = Prices(universe)
    prices.x[:], prices.y[:] = -0.2, 0.1
    flat, depth, trading = still(universe)
    depth[:-1] = 0.5
    for _ in range(3200):
        advance(prices, flat, 0.25, depth, trading)
    assert prices.x == pytest.approx(-0.1, rel=1e-3)
    assert prices.y == pytest.approx(0.025, rel=1e-3)


def test_quotes_that_leave_do_not_move_a_price(universe: Universe) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    prices.x[:] = np.linspace(-0.3, 0.1, 8).reshape(2, 4)
    prices.y[:] = -0.1
    prices.refresh_mids()
    before = prices.mid.copy(), prices.index.copy(), prices.x.copy(), prices.y.copy()
    for _ in range(50):
        quotes.advance(prices, 1.0, np.zeros(2), np.zeros((2, 4)), np.zeros((2, 4), dtype=bool))
    assert quotes.depth.max() < 0.4
    for old, new in zip(before, (prices.mid, prices.index, prices.x, prices.y), strict=True):
        assert np.array_equal(old, new)


def test_thin_books_at_the_fundamental_stay_there(universe: Universe) -> None:
    prices = Prices(universe)
    flat, depth, trading = still(universe)
    for level in (1.0, 0.02, 0.5):
        advance(prices, flat, 1.0, level * depth, trading)
    assert np.array_equal(prices.mid, np.ones((2, 4)))


def test_a_halted_book_keeps_its_price_while_the_others_move(universe: Universe) -> None:
    prices = Prices(universe)
    prices.x[0, 1] = -0.07
    prices.refresh_mids()
    stopped = prices.mid[0, 1]
    _, depth, trading = still(universe)
    trading[0, 1] = 0
    for fall in (0.01, 0.03, 0.08):
        advance(prices, np.full(4, -fall), 30.0, depth, trading)
    assert prices.mid[0, 1] == pytest.approx(stopped, rel=1e-14)
    assert (prices.mid[1] < 0.95).all()
    for _ in range(200):
        advance(prices, np.full(4, -0.08), 60.0, depth, np.ones((2, 4)))
    assert prices.mid[0, 1] == pytest.approx(np.exp(-0.08), rel=1e-3)


def test_mark_stays_within_the_clamp_of_its_tier(universe: Universe) -> None:
    prices = Prices(universe)
    flat, depth, trading = still(universe)
    prices.x[0], prices.x[1] = -0.5, 0.02
    for _ in range(200):
        advance(prices, flat, 5.0, 0 * depth, trading)
    assert np.log(prices.mark[0] / prices.index) == pytest.approx([-0.03, -0.05, -0.10, -0.10], rel=1e-12)
    assert prices.mark[1] == pytest.approx(np.exp(0.02), rel=1e-6)


def test_mark_averages_the_premium_over_a_minute(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(books={"recovery": NEVER, "mark_average": 60})
    marks = []
    for dt in (1.0, 10.0, 60.0):
        prices = Prices(universe)
        prices.x[:] = -0.02
        for _ in range(round(60 / dt)):
            advance(prices, *calm_tick(universe, dt))
        marks.append(np.log(prices.mark[0, 0]))
    assert marks == pytest.approx([-0.02 * (1 - np.exp(-1))] * 3, rel=1e-12)


def test_a_high_is_forgotten_exponentially(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(retail={"memory": 1000})
    prices = Prices(universe)
    _, depth, trading = still(universe)
    low = np.exp(-0.1)
    advance(prices, np.full(4, -0.1), 1e-9, depth, trading)
    assert prices.drawdown == pytest.approx(1 - low, rel=1e-9)
    for dt in (300.0, 500.0, 200.0):
        advance(prices, np.full(4, -0.1), dt, depth, trading)
    assert prices.high == pytest.approx(low + (1 - low) * np.exp(-1), rel=1e-9)
    advance(prices, np.full(4, 0.2), 1.0, depth, trading)
    assert prices.high == pytest.approx(np.exp(0.2), rel=1e-12)
    assert not prices.drawdown.any()
