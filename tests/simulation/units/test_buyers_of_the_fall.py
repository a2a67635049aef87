"""Buyers of the fall: when they buy, how much, and with whose cash."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import simpy

from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.buyers import Buyers
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe

OPEN = np.ones((2, 4))
TERMS: dict[str, Any] = {
    "entities": 4,
    "cash": (0.08, 0.04, 0.005),
    "ready": 0.6,
    "patience": 25.0,
    "fall": (0.09, 0.2, 0.55),
    "rebound": 0.65,
    "rebound_time": 25.0,
    "discount": 0.03,
    "arrival": 480.0,
    "buying_time": 600.0,
    "memory": 1e12,
}


class Fall:
    """The first market in flat books: `n` contracts per unit log price in each (spot last)."""

    def __init__(self, universe: Universe) -> None:
        self.env = simpy.Environment()
        self.buyers, self.prices, self.quotes = Buyers(self.env, universe, 7), Prices(universe), Quotes(universe)
        self.quotes.down[:] = self.quotes.up[:] = 0.0
        self.n = self.quotes.resting[:, 0]

    def stand(self, level: float, seconds: float) -> None:
        """All books of the market are at a displacement for so long."""
        self.prices.displacement[:, 0] = level
        self.buyers.watch(self.prices, seconds)

    def orders(self, dt: float = 1.0) -> Any:
        return self.buyers.orders(self.prices, self.quotes, dt, OPEN)


@pytest.fixture
def fall(make_universe: Callable[..., Universe]) -> Callable[..., Fall]:
    def build(**terms: Any) -> Fall:
        return Fall(make_universe(buyers=TERMS | terms))

    return build


def test_nobody_buys_before_a_market_has_made_no_new_low_for_a_while(fall: Callable[..., Fall]) -> None:
    market = fall()
    market.stand(-0.30, 1.0)
    market.stand(-0.30, 24.0)
    assert market.orders() is None
    market.stand(-0.31, 1.0)
    market.stand(-0.30, 24.0)
    assert market.orders() is None, "a new low began the wait again"
    market.stand(-0.30, 1.0)
    bought = market.orders()
    assert (bought[:, 0] > 0).all()
    assert not bought[:, 1:].any()


@pytest.mark.parametrize(("fallen", "buys"), [(0.089, False), (0.091, True)])
def test_nobody_buys_before_the_fall_is_deep_enough(fall: Callable[..., Fall], fallen: float, buys: bool) -> None:
    market = fall()
    market.stand(np.log(1 - fallen), 1.0)
    market.stand(np.log(1 - fallen), 1000.0)
    assert (market.orders() is not None) == buys


def test_nobody_buys_above_the_fundamental_or_in_a_closed_market(fall: Callable[..., Fall]) -> None:
    market = fall()
    market.prices.fundamental[0] = -0.3
    market.stand(0.01, 1.0)
    market.stand(0.01, 100.0)
    assert market.orders() is None, "news is no discount"
    market.stand(-0.01, 1.0)
    market.stand(-0.01, 100.0)
    closed = OPEN.copy()
    closed[0, 0] = 0
    bought = market.buyers.orders(market.prices, market.quotes, 1.0, closed)
    assert bought is not None
    assert (bought[:, 0] > 0).tolist() == [False, True, True]


@pytest.mark.parametrize("dt", [1.0, 4.0])
def test_ready_cash_buys_back_a_share_of_the_deepest_discount(fall: Callable[..., Fall], dt: float) -> None:
    """From -0.30 towards 0.35 x -0.30, n x 0.195 contracts with time constant 25 s; nothing has arrived yet."""
    market = fall()
    market.stand(-0.30, 1.0)
    market.stand(-0.30, 25.0)
    assert market.orders(dt)[:, 0] == pytest.approx(market.n * 0.195 * (1 - np.exp(-dt / 25)))
    market.stand(-0.10, 1.0)
    assert market.orders(dt)[:, 0] == pytest.approx(np.zeros(3), abs=1e-6), "the share is bought back"


def test_cash_that_has_arrived_buys_the_rest_of_the_discount(fall: Callable[..., Fall]) -> None:
    """Half of the buyers' cash is there: n x 0.30 with time constant 600 s over a half."""
    market = fall(ready=0.0)
    market.stand(-0.30, 1.0)
    market.stand(-0.30, 25.0)
    market.buyers.arrived[0], market.buyers.cash[0] = 0.5, 1e9
    assert market.orders(10.0)[:, 0] == pytest.approx(market.n * 0.30 * (1 - np.exp(-10 * 0.5 / 600)))


def test_the_cash_of_each_buyer_arrives_in_an_event_of_its_own(fall: Callable[..., Fall]) -> None:
    """Called once the price is 3 % below the fundamental: 8 % of 500 M USD, of which 40 % comes from four buyers."""
    market = fall()
    market.stand(-0.0304, 1.0)
    market.env.run(until=1.0)
    market.stand(-0.0305, 1.0)
    market.stand(-0.4, 1.0)
    assert market.buyers.ready[0] == pytest.approx(0.6 * 0.08 * 5e8)
    assert not market.buyers.cash.any()
    start, steps = market.env.now, []
    while market.env.peek() < np.inf:
        before = market.buyers.arrived[0]
        market.env.step()
        if market.buyers.arrived[0] > before:
            steps.append(market.env.now - start)
            assert market.buyers.arrived[0] == pytest.approx(len(steps) / 4)
            assert market.buyers.cash[0] == pytest.approx(len(steps) / 4 * 0.4 * 0.08 * 5e8)
    assert steps == pytest.approx(np.sort(480 * stream(7, "buyers", "btc").exponential(size=4)))
    assert not market.buyers.arrived[1:].any(), "nobody called elsewhere"


def test_nobody_is_called_to_a_market_that_is_hardly_cheap(fall: Callable[..., Fall]) -> None:
    market = fall()
    market.stand(-0.0304, 1.0)
    market.env.run(until=1e5)
    assert not market.buyers.arrived.any()


def test_cash_is_finite(fall: Callable[..., Fall]) -> None:
    """However long a discount lasts, what was paid is what there was: 24 M at once and 16 M that arrive."""
    market = fall()
    market.stand(-0.30, 1.0)
    market.stand(-0.30, 25.0)
    market.env.run(until=1e5)
    spent = 0.0
    for _ in range(400):
        bought = market.orders(100.0)
        spent += float(bought.sum() * np.exp(-0.30))
        market.buyers.settle(bought, bought)
        assert market.buyers.ready[0] >= -1e-3
        assert market.buyers.cash[0] >= -1e-3
    assert spent == pytest.approx(40e6)


def test_only_what_was_bought_is_paid_for(fall: Callable[..., Fall]) -> None:
    market = fall()
    market.stand(-0.30, 1.0)
    market.stand(-0.30, 25.0)
    bought = market.orders()
    market.buyers.settle(0.25 * bought, bought)
    assert market.buyers.ready[0] == pytest.approx(24e6 - 0.25 * bought.sum() * np.exp(-0.30))
