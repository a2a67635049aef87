"""Carry desks: what they trade beyond their bands, the spot against it, and how far their capital reaches.

The second market of the left venue: 1.2e8 contracts per unit log price in the perpetual, 1.2e8 in spot, of which half
goes with the venue's depth, so that 1 / (1 / 1.2e8 + 1 / 0.6e8) = 4e7.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import CARRY
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.carry import Carry
from lastresort.simulation.universe import Universe

OPEN = np.ones((2, 4))
BOTH = 4e7
TERMS = {"premium": 0.001, "discount": 0.015, "time": 10.0, "capital": 0.01, "leverage": 3.0}


class Desks(NamedTuple):
    carry: Carry
    ledger: Ledger
    prices: Prices
    quotes: Quotes

    def orders(self, basis: float, dt: float = 5.0, trading: Floats = OPEN) -> Floats:
        """Contracts by account and market, `[V, M]`, at a basis in the left venue's second market."""
        self.prices.x[0, 1] = basis
        account, market, quantity = self.carry.orders(self.ledger.cross, self.prices, self.quotes, dt, trading)
        table = np.zeros((2, 4))
        table[self.ledger.cross.venue[account], market] = quantity
        assert (self.ledger.cross.cohort[account] == CARRY).all()
        return table


@pytest.fixture
def desks(make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]) -> Desks:
    universe = make_universe(carry=TERMS)
    ledger, quotes = make_ledger(universe), Quotes(universe)
    quotes.down[:] = quotes.up[:] = 0.0
    return Desks(Carry(universe, ledger.cross), ledger, Prices(universe), quotes)


@pytest.mark.parametrize("basis", [0.0, 0.001, -0.015, 0.0005, -0.0149])
def test_within_the_bands_nobody_trades(desks: Desks, basis: float) -> None:
    assert not desks.orders(basis).any()


@pytest.mark.parametrize(("basis", "excess"), [(0.02, 0.019), (-0.03, -0.015)])
def test_beyond_them_the_excess_is_traded_away(desks: Desks, basis: float, excess: float) -> None:
    table = desks.orders(basis)
    assert table[0, 1] == pytest.approx(-excess * BOTH * (1 - np.exp(-0.5)))
    assert np.count_nonzero(table) == 1


def test_nobody_carries_in_a_closed_market(desks: Desks) -> None:
    closed = OPEN.copy()
    closed[0, 1] = 0
    assert not desks.orders(0.02, trading=closed).any()


def test_a_position_grows_to_the_leverage_allowed(desks: Desks) -> None:
    """1 % of 600 M USD, three times levered: 18 M of the 19.96 M wanted; nothing is wanted without equity."""
    assert desks.orders(0.5, dt=1e9)[0, 1] == pytest.approx(-18e6)
    cross = desks.ledger.cross
    cross.cash[cross.rows[CARRY]] = 0.0
    assert not desks.orders(0.5, dt=1e9).any()


def test_what_shrinks_a_position_always_passes(desks: Desks) -> None:
    """A short of 1,000 is bought back, no further, by a desk that has lost all."""
    cross = desks.ledger.cross
    row = cross.rows[CARRY].start
    cross.quantity[row, 1], cross.cash[row] = -1000.0, -5.0
    assert desks.orders(-0.5, dt=1e9)[0, 1] == pytest.approx(1000.0)


def spot(desks: Desks, legs: list[tuple[int, int, float]], dt: float) -> Floats:
    account, market, quantity = (np.array(column) for column in zip(*legs, strict=True))
    nobody = np.empty(0, dtype=np.int64)
    orders = Orders(None, nobody, np.empty(0), None, (account, market), quantity, np.zeros((2, 4)))
    return desks.carry.spot_orders(desks.ledger.cross, orders, dt)


def test_the_spot_leg_is_the_other_side_of_their_own_perpetuals(desks: Desks) -> None:
    """Pairs' orders, which come before theirs, count for nothing."""
    left, right = desks.ledger.cross.cohort_at(CARRY, 0)[0], desks.ledger.cross.cohort_at(CARRY, 1)[0]
    legs = [(0, 1, 77.0), (left, 1, -500.0), (left, 3, 40.0), (right, 1, 120.0)]
    assert spot(desks, legs, 5.0) == pytest.approx([0, 380, 0, -40])


def test_a_lost_leg_is_repaired_in_spot(desks: Desks) -> None:
    """Of 1,000 contracts short 400 were taken away: what is left of 400 too much of spot after 60 s is e^-0.2."""
    cross = desks.ledger.cross
    cross.quantity[cross.rows[CARRY].start, 1] = -600.0
    cross.carry_spot[1] = 1000.0
    sold = spot(desks, [(0, 1, 0.0)], 60.0)
    assert sold == pytest.approx([0, -400 * (1 - np.exp(-0.2)), 0, 0])
    desks.carry.settle(cross, sold, np.full(4, 0.5))
    assert cross.carry_spot[1] == pytest.approx(600 + 400 * np.exp(-0.2))
    assert cross.carry_spot_cash == pytest.approx(200 * (1 - np.exp(-0.2)))
