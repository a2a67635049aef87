"""A hedge moves risk: where a sale into perpetuals ends, with makers who hedge, with carry desks, and with neither."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import MAKER, PAIRS
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.matching.clearing import Clearing
from lastresort.simulation.participants.buyers import Buyers
from lastresort.simulation.participants.carry import Carry
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders
from lastresort.simulation.universe import Universe

OPEN = np.ones((2, 4))
NEVER = 1e30
NOBODY, NOTHING = np.empty(0, dtype=np.int64), np.empty(0)
SOLD = 1e6


class Market(NamedTuple):
    """Flat books that do not recover, and those who trade in them."""

    ledger: Ledger
    prices: Prices
    quotes: Quotes
    makers: MarketMakers
    carry: Carry
    clearing: Clearing

    def tick(self, dt: float, *legs: Any) -> None:
        """One tick of carry desks and of `legs` (account, market, contracts)."""
        cross = self.ledger.cross
        resting = (*legs, self.carry.orders(cross, self.prices, self.quotes, dt, OPEN))
        account, market, rested = (np.concatenate(column) for column in zip(*resting, strict=True))
        orders = Orders(None, NOBODY, NOTHING, None, (account, market), rested, np.zeros((2, 4)))
        self.clearing.clear(orders, dt, OPEN, None)

    def sell(self) -> None:
        """A pair at each venue sells half of the whole in the first market; both books are equally deep."""
        cross = self.ledger.cross
        rows = [int(np.flatnonzero((cross.cohort == PAIRS) & (cross.venue == v))[0]) for v in (0, 1)]
        self.tick(1e-9, (np.array(rows), np.zeros(2, dtype=np.int64), np.full(2, -SOLD / 2)))

    def depth(self) -> tuple[float, float]:
        """Perpetuals at both venues together, and spot, contracts per unit log price."""
        return float(self.quotes.resting[:-1, 0].sum()), float(self.quotes.resting[-1, 0])


@pytest.fixture
def market(make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]) -> Callable[..., Market]:
    def build(hedge_time: float = NEVER, **carry: float) -> Market:
        idle = {"premium": 1.0, "discount": 1.0}
        universe = make_universe(books={"recovery": NEVER}, makers={"hedge_time": hedge_time}, carry=idle | carry)
        ledger, prices, quotes = make_ledger(universe), Prices(universe), Quotes(universe)
        quotes.down[:] = quotes.up[:] = 0.0
        makers, carrying = MarketMakers(universe, ledger.cross), Carry(universe, ledger.cross)
        desks = Orphans(universe), PairTraders(universe, ledger.cross), carrying
        buyers = Buyers(simpy.Environment(), universe, 1)
        return Market(
            ledger, prices, quotes, makers, carrying, Clearing(ledger, prices, quotes, makers, *desks, buyers)
        )

    return build


def prices_of(market: Market) -> Floats:
    return market.prices.displacement[:, 0]


def test_with_nobody_between_them_a_sale_stays_in_the_perpetuals(market: Callable[..., Market]) -> None:
    alone = market()
    alone.sell()
    for _ in range(50):
        alone.tick(60.0)
    perpetual, _ = alone.depth()
    assert prices_of(alone) == pytest.approx([-SOLD / perpetual, -SOLD / perpetual, 0.0], abs=1e-12)


@pytest.mark.parametrize("dt", [1.0, 30.0])
def test_a_hedged_sale_ends_at_the_common_price_of_both_books(market: Callable[..., Market], dt: float) -> None:
    """All Q = 1,000,000 contracts: -Q / (n_perpetual + n_spot); makers keep what the perpetuals hold."""
    hedged = market(hedge_time=90.0)
    start = hedged.ledger.cross.maker_spot.sum(axis=0)
    hedged.sell()
    for _ in range(round(1800 / dt)):
        hedged.tick(dt)
    perpetual, spot = hedged.depth()
    common = -SOLD / (perpetual + spot)
    assert prices_of(hedged) == pytest.approx([common] * 3, rel=1e-6)
    cross = hedged.ledger.cross
    assert (cross.maker_spot.sum(axis=0) - start)[0] == pytest.approx(common * spot, rel=1e-6)
    assert hedged.makers.inventory(cross)[:, 0].sum() == pytest.approx(SOLD, rel=1e-6)
    hedged.ledger.audit()


def test_frictionless_carry_ends_where_hedges_do(market: Callable[..., Market]) -> None:
    carried = market(premium=0.0, discount=0.0, capital=1.0, leverage=100.0)
    carried.sell()
    for _ in range(200):
        carried.tick(5.0)
    perpetual, spot = carried.depth()
    assert prices_of(carried) == pytest.approx([-SOLD / (perpetual + spot)] * 3, rel=1e-6)
    moved = SOLD * spot / (perpetual + spot)
    assert carried.ledger.cross.carry_spot[0] == pytest.approx(-moved, rel=1e-6)
    carried.ledger.audit()


def test_hedges_have_their_time_constant_until_prices_meet(market: Callable[..., Market]) -> None:
    """A tenth of the hedge time moves 1 - e^-0.1 of the makers' delta, and perpetuals come back by as much."""
    hedged = market(hedge_time=90.0)
    hedged.sell()
    hedged.tick(9.0)
    perpetual, spot = hedged.depth()
    moved = SOLD * (1 - np.exp(-0.1))
    assert prices_of(hedged)[2] == pytest.approx(-moved / spot)
    assert prices_of(hedged)[:2] == pytest.approx([-(SOLD - moved) / perpetual] * 2)


def test_no_hedge_into_the_dearer_side_and_none_while_perpetuals_are_shut(
    market: Callable[..., Market],
) -> None:
    """Makers who are long do not sell spot that is cheaper than the perpetual."""
    waiting = market(hedge_time=90.0)
    cross, prices = waiting.ledger.cross, waiting.prices
    cross.tensor(MAKER)[0, 0, 0] += 900.0
    prices.y[0] = -0.01
    assert not waiting.makers.hedges(cross, prices, waiting.quotes, OPEN, 90.0).orders.any()
    prices.y[0] = 0.01
    open_books = waiting.makers.hedges(cross, prices, waiting.quotes, OPEN, 90.0)
    assert open_books.orders[0, 0] == pytest.approx(-900 * (1 - np.exp(-1)))
    assert open_books.returned[:, 0] == pytest.approx([450 * (1 - np.exp(-1))] * 2)
    assert not waiting.makers.hedges(cross, prices, waiting.quotes, 1 - OPEN, 90.0).orders.any()


def test_what_waits_is_laid_off_as_spot_refills(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    """At equal prices nothing is hedged by orders; half of the delta goes per half-life at normal depth."""
    universe = make_universe(books={"recovery": 900}, makers={"hedge_time": 90.0})
    ledger = make_ledger(universe)
    makers = MarketMakers(universe, ledger.cross)
    ledger.cross.tensor(MAKER)[0, 0, 0] += 800.0
    hedges = makers.hedges(ledger.cross, Prices(universe), Quotes(universe), OPEN, 900.0)
    assert hedges.laid_off[0, 0] == pytest.approx(-400.0)
    assert not hedges.orders.any()
    assert not hedges.returned.any()
