"""Price bands: whatever the orders of a tick, no book trades outside its band, and what was cut may come again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS, RETAIL
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.matching.clearing import Clearing
from lastresort.simulation.participants.buyers import Buyers
from lastresort.simulation.participants.carry import Carry
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders
from lastresort.simulation.universe import Universe

NOBODY, NOTHING = np.empty(0, dtype=np.int64), np.empty(0)
Desk = tuple[Ledger, Prices, Clearing]


@pytest.fixture(scope="session")
def desk(make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]) -> Callable[[], Desk]:
    """A clearing over a fresh ledger, whose books are one tenth of the open interest deep."""

    def build() -> Desk:
        universe = make_universe()
        ledger, prices, quotes = make_ledger(universe), Prices(universe), Quotes(universe)
        quotes.bid[:-1] = quotes.ask[:-1] = 0.1 * universe.open_interest
        makers = MarketMakers(universe, ledger.cross)
        desks = Orphans(universe), PairTraders(universe, ledger.cross), Carry(universe, ledger.cross)
        buyers = Buyers(simpy.Environment(), universe, 7)
        return ledger, prices, Clearing(ledger, prices, quotes, makers, *desks, buyers)

    return build


def longs(ledger: Ledger, book: int, count: int) -> Ints:
    isolated = ledger.isolated
    return np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == book))[:count]


def orders_of(ledger: Ledger, rng: np.random.Generator, size: float) -> Orders:
    """Orders of every kind: cells, stops in every book, arbitrage, pairs and the engines' sales."""
    isolated, cross = ledger.isolated, ledger.cross
    stopped = np.concatenate([longs(ledger, book, int(rng.integers(0, 4))) for book in range(8)])
    isolated.settle(stopped)
    cells = size * 0.05 * rng.random(isolated.shape) * (rng.random(isolated.shape) < 0.5)
    interest = np.abs(isolated.contracts.reshape(isolated.shape)).sum(axis=0)
    arbitrage = size * 0.01 * rng.normal(size=cross.tensor(ARBITRAGE).shape) * interest
    rows = rng.choice(cross.rows[PAIRS].stop, 5, replace=False)
    legs = rows, rng.integers(0, 4, 5)
    rested = size * 0.02 * rng.normal(size=5) * interest[cross.venue[rows], legs[1]]
    engine = np.zeros((2, 4))
    return Orders(cells, stopped, -isolated.quantity[stopped], arbitrage, legs, rested, engine)


def clear(desk: Desk, orders: Orders, low: Floats, high: Floats) -> Floats:
    """Clear one tick within a band; returns the price of each book before it."""
    ledger, prices, clearing = desk
    before = prices.mid.copy()
    clearing.clear(orders, 1.0, np.ones((2, 4)), (low, high))
    ledger.audit()
    return before


@given(st.integers(0, 10_000), st.floats(0.01, 3.0), st.floats(0.0, 0.05), st.floats(0.0, 0.05))
@settings(max_examples=40, deadline=None)
def test_no_book_leaves_its_band(desk: Callable[[], Desk], seed: int, size: float, below: float, above: float) -> None:
    bench = desk()
    ledger, prices, _ = bench
    low, high = np.full((2, 4), 1 - below), np.full((2, 4), 1 + above)
    clear(bench, orders_of(ledger, np.random.default_rng(seed), size), low, high)
    assert (prices.mid >= low * (1 - 1e-9)).all()
    assert (prices.mid <= high * (1 + 1e-9)).all()


@given(st.integers(0, 10_000), st.floats(0.9, 1.1))
@settings(max_examples=25, deadline=None)
def test_a_price_outside_its_band_only_comes_back(desk: Callable[[], Desk], seed: int, start: float) -> None:
    bench = desk()
    ledger, prices, _ = bench
    prices.x[:] = np.log(start)
    prices.refresh_mids()
    low, high = np.full((2, 4), 0.99), np.full((2, 4), 1.01)
    before = clear(bench, orders_of(ledger, np.random.default_rng(seed), 1.0), low, high)
    assert (prices.mid >= np.minimum(before, low) * (1 - 1e-9)).all()
    assert (prices.mid <= np.maximum(before, high) * (1 + 1e-9)).all()


def test_orders_are_cut_alike_to_what_the_band_allows(desk: Callable[[], Desk]) -> None:
    """A book of constant depth n takes n x 1 % of sales down to 0.990; three times that is wanted, a third trades."""
    ledger, prices, clearing = desk()
    cross = ledger.cross
    clearing._quotes.down[:] = clearing._quotes.up[:] = 0.0
    depth = clearing._quotes.bid[0, 0]
    wanted = 3 * depth * -np.log(0.99)
    rows = np.flatnonzero((cross.cohort == PAIRS) & (cross.venue == 0))[:2]
    held = cross.quantity[rows, 0].copy()
    engine = np.zeros((2, 4))
    engine[0, 0] = -wanted / 2
    ledger.engine_quantity[0, 0] += wanted
    ledger.backstop_quantity[0, 0] -= wanted
    rested = np.array([-wanted, wanted / 2])
    legs = rows, np.array([0, 0])
    clear(
        (ledger, prices, clearing),
        Orders(None, NOBODY, NOTHING, None, legs, rested, engine),
        np.full((2, 4), 0.99),
        np.full((2, 4), np.inf),
    )
    assert prices.mid[0, 0] == pytest.approx(0.99)
    assert cross.quantity[rows, 0] - held == pytest.approx(rested / 3)
    assert ledger.engine_quantity[0, 0] == pytest.approx(wanted - wanted / 6)


def test_a_stop_trades_whole_or_waits(desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    bench = desk()
    ledger, prices, _ = bench
    ids = longs(ledger, 0, 2)
    q = ledger.isolated.quantity[ids].copy()
    seen: list[Any] = []
    monkeypatch.setattr(ledger.isolated.triggers, "keep_watching", seen.append)
    for low, sold in ((1 - 1e-6, False), (0.01, True)):
        orders = Orders(None, ids, -q, None, (NOBODY, NOBODY), NOTHING, np.zeros((2, 4)))
        clear(bench, orders, np.full((2, 4), low), np.full((2, 4), np.inf))
        assert (ledger.isolated.quantity[ids] == 0).all() == sold
    assert [ids.tolist() for ids in seen] == [ids.tolist()], "what waited is watched, what sold is not"
    assert prices.mid[0, 0] < 1


def test_without_a_stop_the_other_side_is_cut_again(desk: Callable[[], Desk]) -> None:
    """Buyers push the price above its band although a stop sells into them; the stop waits, and they are cut more."""
    ledger, prices, clearing = desk()
    cross = ledger.cross
    clearing._quotes.down[:] = clearing._quotes.up[:] = 0.0
    ids = longs(ledger, 0, 1)
    sold = float(ledger.isolated.quantity[ids[0]])
    clearing._quotes.bid[0, 0] = clearing._quotes.ask[0, 0] = sold / 0.01
    row = np.flatnonzero((cross.cohort == PAIRS) & (cross.venue == 0))[:1]
    held = float(cross.quantity[row[0], 0])
    orders = Orders(None, ids, np.array([-sold]), None, (row, np.array([0])), np.array([9 * sold]), np.zeros((2, 4)))
    clear((ledger, prices, clearing), orders, np.zeros((2, 4)), np.full((2, 4), np.exp(0.04)))
    assert prices.mid[0, 0] == pytest.approx(np.exp(0.04))
    assert cross.quantity[row[0], 0] - held == pytest.approx(4 * sold)
    assert ledger.cross.tensor(MAKER)[:, 0, 0].sum() != 0


def test_a_band_nobody_touches_changes_nothing(desk: Callable[[], Desk]) -> None:
    mids = []
    for band in ((0.2, 5.0), (0.0, np.inf)):
        bench = desk()
        orders = orders_of(bench[0], np.random.default_rng(3), 0.1)
        clear(bench, orders, np.full((2, 4), band[0]), np.full((2, 4), band[1]))
        mids.append(bench[1].mid)
    assert np.array_equal(mids[0], mids[1])
    assert (mids[0] != 1).all()
