"""Realised volatility at any step, and depth that leaves and returns on time."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import DAY, Quotes
from lastresort.simulation.universe import Universe

MANY = [{"name": "btc", "tier": 0, "markets": 100, "open_interest": 1.0, "beta": 1.0, "volatility": 0.03}]
DAILY = np.hypot(0.02, 0.03)


def look(
    quotes: Quotes, prices: Prices, dt: float, capacity: float = 1.0, halted: bool = False, inventory: float = 0.0
) -> None:
    V, M = prices.x.shape
    quotes.advance(prices, dt, np.full(V, capacity), np.full((V, M), inventory), np.full((V, M), halted))


def mean_square_volatility(universe: Universe, dt: int) -> float:
    """Average of the estimator squared over 300 independent random walks of normal volatility."""
    rng = np.random.default_rng(5)
    steps = rng.standard_normal((3600, 300)) * DAILY / np.sqrt(DAY)
    paths = np.cumsum(steps, axis=0)[dt - 1 :: dt]
    prices, quotes = Prices(universe), Quotes(universe)
    seen: list[Floats] = []
    for path in paths:
        prices.x[:], prices.y[:] = path[:200].reshape(2, 100), path[200:]
        look(quotes, prices, float(dt))
        seen.append(quotes.volatility**2)
    return float(np.mean(seen[len(seen) // 6 :]))


@pytest.mark.parametrize("dt", [1, 5, 30])
def test_volatility_of_a_random_walk_is_normal_at_any_step(make_universe: Callable[..., Universe], dt: int) -> None:
    assert mean_square_volatility(make_universe(groups=MANY), dt) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("dt", [0.5, 2.0, 6.0])
def test_volatility_of_a_smooth_fall_does_not_vanish_with_the_step(
    make_universe: Callable[..., Universe], dt: float
) -> None:
    universe = make_universe(groups=MANY)
    prices, quotes = Prices(universe), Quotes(universe)
    speed = 0.05 / 900
    for k in range(round(1800 / dt)):
        prices.x[:] = -speed * dt * (k + 1)
        look(quotes, prices, dt)
    # the price leads its 60 s average by 60 s of fall, so the estimator tends to speed^2 x 60^2 x 2 / 60
    limit = speed * np.sqrt(120 * DAY) / DAILY
    assert quotes.volatility[0, 0] == pytest.approx(limit, rel=0.06)


@pytest.mark.parametrize("dt", [1.0, 7.0])
def test_quotes_leave_with_their_time_constant(universe: Universe, dt: float) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    floor = np.array([0.05, 0.03, 0.02, 0.02])
    for _ in range(round(35 / dt)):
        look(quotes, prices, dt, capacity=0.0)
    left = floor + (1 - floor) * np.exp(-35 / 20)
    assert quotes.bid / quotes.resting == pytest.approx(np.tile(left, (3, 1)), rel=1e-12)
    assert quotes.depth == pytest.approx(np.tile(left, (3, 1)), rel=1e-12)


@pytest.mark.parametrize(("halted", "time_constant"), [(False, 900.0), (True, 120.0)])
def test_quotes_return_slowly_and_faster_in_an_auction(universe: Universe, halted: bool, time_constant: float) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    look(quotes, prices, 200.0, capacity=0.0)
    start = quotes.depth.copy()
    for dt in (1.0, 30.0, 69.0):
        look(quotes, prices, dt, halted=halted)
    assert quotes.depth == pytest.approx(1 - (1 - start) * np.exp(-100 / time_constant), rel=1e-12)


def test_depth_never_falls_below_its_floor(universe: Universe) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    floor = np.array([0.05, 0.03, 0.02, 0.02])
    for k in range(400):
        prices.x[:], prices.y[:] = -0.01 * k, -0.01 * k
        look(quotes, prices, 1.0)
        assert (quotes.bid >= floor * quotes.resting * (1 - 1e-12)).all()
    assert quotes.depth == pytest.approx(np.tile(floor, (3, 1)), rel=1e-6)


def test_depth_is_constant_with_withdrawal_switched_off(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(makers={"withdraw": False})
    prices, quotes = Prices(universe), Quotes(universe)
    resting = quotes.resting.copy()
    for k in range(100):
        prices.x[:], prices.y[:] = -0.01 * k, -0.01 * k
        look(quotes, prices, 1.0, capacity=0.0)
    assert quotes.volatility.min() > 10
    for side in (quotes.bid, quotes.ask, resting):
        assert np.array_equal(side, quotes.resting)


def test_inventory_skews_bids_down_and_asks_up_by_half_at_most(universe: Universe) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    for _ in range(200):
        look(quotes, prices, 60.0, inventory=1e12)
    assert quotes.bid[:-1] / quotes.resting[:-1] == pytest.approx(0.5, rel=1e-9)
    assert quotes.ask[:-1] / quotes.resting[:-1] == pytest.approx(1.5, rel=1e-4)
    assert quotes.bid[-1] / quotes.resting[-1] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 4.0])
def test_own_volatility_withdraws_quotes_by_its_exponent(
    make_universe: Callable[..., Universe], exponent: float
) -> None:
    """Half of the quotes leave where volatility passes normal by its scale, whatever the exponent; the more sudden."""
    terms = {"volatility_scale": (3.0, 6.0, 12.0), "floor": (0, 0, 0), "exponent": exponent, "withdraw_time": 20.0}
    universe = make_universe(makers=terms | {"common_weight": (0, 0, 0), "volatility_window": 1e12})
    prices, quotes = Prices(universe), Quotes(universe)
    quotes._variance[:] = 49 * quotes._usual
    look(quotes, prices, 1e4)
    assert quotes.volatility == pytest.approx(7.0, rel=1e-6)
    left = [1 / (1 + 2.0**exponent), 0.5, 1 / (1 + 0.5**exponent), 1 / (1 + 0.5**exponent)]
    assert quotes.depth == pytest.approx(np.tile(left, (3, 1)), rel=1e-6)


def test_bitcoin_volatility_withdraws_altcoin_quotes_by_tier(universe: Universe) -> None:
    prices, quotes = Prices(universe), Quotes(universe)
    for k in range(600):
        prices.y[0] = -0.0001 * k
        look(quotes, prices, 1.0)
    quotes.bid, quotes.ask = quotes.resting.copy(), quotes.resting.copy()
    look(quotes, prices, 1e-9)
    for _ in range(200):
        prices.y[0] -= 0.0001
        look(quotes, prices, 1.0)
    r = quotes.common_volatility
    assert r > 3
    response = 1 / (1 + ((r - 1) / 4) ** 2)
    target = np.array([1.0, response**0.6, response, response])
    assert quotes.depth[0] == pytest.approx(target, rel=0.02)


def test_depth_is_measured_per_unit_log_price_of_all_open_interest(universe: Universe) -> None:
    quotes = Quotes(universe)
    interest = np.array([5e8, 3e8, 1e8, 1e8])
    assert quotes.resting[0] == pytest.approx(0.5 * np.array([0.8, 0.8, 0.9, 0.9]) * interest)
    assert quotes.resting[2] == pytest.approx(np.array([0.5, 0.4, 0.35, 0.35]) * interest)
    assert quotes.down[1] == pytest.approx(0.5 * np.array([10.0, 1.5, 0.2, 0.2]) * interest)
    assert quotes.up[1] == pytest.approx(0.5 * np.array([100.0, 15.0, 2.0, 2.0]) * interest)
    assert quotes.up[2] == pytest.approx(np.array([100.0, 15.0, 2.0, 2.0]) * interest)
