"""Average entries: by volume while a position grows, kept while it shrinks, anew where it turns over."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Payer, Scope
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS, VALUE, draw_population
from lastresort.simulation.funding import Funding
from lastresort.simulation.kernels.exchange import LOWEST, averaged
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.other_orders import AccountsShuffled, IdleAgents
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import candidates

LONG = 1.0


def one(entry: float, held: float, change: float, price: float) -> float:
    return float(averaged(*(np.array([x], dtype=float) for x in (entry, held, change, price)))[0])


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_by_hand(side: float) -> None:
    assert one(5.0, 0.0, side * 10, 0.8) == pytest.approx(0.8), "from flat"
    assert one(0.8, side * 10, side * 30, 1.2) == pytest.approx(1.1), "10 at 0.8 and 30 at 1.2"
    assert one(1.1, side * 40, side * -15, 9.0) == 1.1, "a part is closed"
    assert one(1.1, side * 25, side * -25, 9.0) == 1.1, "all of it is"
    assert one(1.1, side * 25, side * -30, 0.7) == pytest.approx(0.7), "5 the other way"
    assert one(1.1, side * 25, 0.0, 9.0) == 1.1, "nothing"
    assert one(1.0, 0.0, side * 10, -3.0) == pytest.approx(LOWEST), "paid for taking it over"


def test_positions_too_small_to_multiply() -> None:
    """A cell that is nearly closed keeps its entry, or begins anew: its products underflow to zero."""
    assert one(1.1, 1e-200, -1e-200, 9.0) == 1.1, "all of it is closed"
    assert one(1.1, 4e-200, -1e-200, 9.0) == 1.1, "a part is closed"
    assert one(1.1, 1e-200, -3e-200, 0.7) == pytest.approx(0.7), "it turns over"
    assert one(1.1, 1e-200, 1e-200, 2.1) == pytest.approx(1.6), "it doubles"


PRICES = st.floats(0.01, 100)
TRADES = st.lists(st.tuples(st.integers(-5, 5), PRICES), min_size=1, max_size=30)


@given(PRICES, TRADES)
def test_entries_are_what_the_position_cost(first: float, trades: list[tuple[int, float]]) -> None:
    """Against the cost basis: trades add to it, closing takes the same share of it as of the position."""
    entry, held, cost = first, 0, 0.0
    for change, price in trades:
        entry = one(entry, held, change, price)
        after = held + change
        if held * after < 0:
            cost = after * price
        elif held * change >= 0:
            cost += change * price
        else:
            cost *= after / held
        held = after
        assert entry > 0
        assert np.isfinite(entry)
        if held:
            assert entry == pytest.approx(cost / held, rel=1e-9)


@pytest.fixture
def flat(ledger: Ledger) -> Ledger:
    """A ledger whose accounts on cross margin hold nothing; what is left then sums to nothing, or to nobody's loss."""
    ledger.cross.quantity[:] = 0.0
    ledger.isolated.contracts[:] = 0.0
    ledger.isolated.quantity[:] = 0.0
    ledger._running.renew()
    ledger._opening_cash = ledger._totals()[1]
    return ledger


def test_who_buys_at_eighty_cents_reads_eighty_cents(universe: Universe, flat: Ledger) -> None:
    """An arbitrageur and a pair buy 100 and 50 contracts at 0.80 from a maker and a value buyer."""
    cross, n, V, M = flat.cross, len(flat.isolated.book), *universe.shape
    none, price = np.zeros((V, M)), np.full((V, M), 0.8)
    arbitrage, makers, value = np.zeros_like(cross.tensor(ARBITRAGE)), np.zeros_like(cross.tensor(MAKER)), none.copy()
    arbitrage[3, 0, 1], makers[2, 0, 1], value[0, 1] = 100.0, -120.0, -30.0
    pair = int(np.flatnonzero((cross.venue == 0) & (cross.cohort == PAIRS))[0])
    legs = (np.array([pair]), np.array([1]))
    orders = Orders(None, legs[0][:0], np.empty(0), arbitrage, legs, np.array([50.0]), none)
    flat.trade(price, orders, makers, value)
    prices = Prices(universe)
    prices.mark[:] = 0.9
    funding = Funding(simpy.Environment(), universe, flat, prices)
    venues = SimulatedVenues(universe, 1, flat, prices, Quotes(universe), funding)
    seen = candidates(venues.at(0, 0.0), 1, LONG, Scope.HOLDERS)
    rows = [cross.rows[ARBITRAGE].start + 3 * V, pair, cross.rows[MAKER].start + 2 * V, cross.rows[VALUE].start]
    k = [int(np.flatnonzero(seen.account == n + row)[0]) for row in rows]
    assert len(seen.account) == 4
    assert seen.entry_price[k] == pytest.approx([0.8] * 4), "fees aside"
    assert seen.profit[k] == pytest.approx([10, 5, -12, -3])
    assert seen.unit_profit[k] == pytest.approx([10, 5, -12, -3])


def test_what_is_taken_over_is_entered_at_the_price_given(ledger: Ledger) -> None:
    """A volunteer turns its short over at 0.97; a vault takes half of the rest at the bankruptcy price."""
    cross, longs = ledger.cross, np.flatnonzero((ledger.isolated.book == 2) & (ledger.isolated.quantity > 0))
    size = float(ledger.isolated.quantity[longs].sum())
    n, held, volunteer = len(longs), ledger.isolated.quantity[longs], cross.rows[MAKER].start
    ledger.seize(longs, np.full(n, 2), held, np.full(n, 0.9), np.ones(n))
    short, account = float(cross.quantity[volunteer, 2]), np.array([len(ledger.isolated.book) + volunteer])
    assert short < 0
    assert size > -2 * short
    ledger.deleverage(
        account, 0, 2, np.array([-2 * short]), np.array([0.97]), 0.97, Payer.FUND, 1.0, cause=Cause.ASSIGNMENT
    )
    assert cross.entry[volunteer, 2] == pytest.approx(0.97)
    bankruptcy = -float(ledger.engine_cash[0, 2]) / float(ledger.engine_quantity[0, 2])
    ledger.absorb(Payer.VAULT, 0, np.array([2]), np.zeros(1), np.array([0.5]))
    assert cross.entry[cross.vaults(0)[ledger.pool[2]], 2] == pytest.approx(bankruptcy)


def test_entries_at_the_start_spread_by_tier(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(population={"accounts": 40_000, "entry": (0.03, 0.06, 0.10)}, makers={"entities": 400})
    _, draw = draw_population(universe, 7)
    spread = np.log(draw.maker_entry).std(axis=(0, 1))
    assert spread == pytest.approx([0.03, 0.06, 0.10, 0.10], rel=0.1)
    legs = np.concatenate([draw.pairs.long_market, draw.pairs.short_market])
    entries = np.log(np.concatenate([draw.pairs.long_entry, draw.pairs.short_entry]))
    for market, expected in enumerate((0.03, 0.06, 0.10, 0.10)):
        assert entries[legs == market].std() == pytest.approx(expected, rel=0.15)
    cross = Cross(universe, draw)
    pairs = np.arange(len(draw.pairs.venue))
    assert np.array_equal(cross.entry[pairs, cross.long_market], draw.pairs.long_entry)
    assert np.array_equal(cross.entry[cross.rows[ARBITRAGE]], draw.arbitrage_entry.reshape(-1, 4))
    assert (cross.entry[cross.rows[VALUE]] == 1).all()


def test_entries_shift_nobody_s_draw_and_follow_their_accounts(universe: Universe) -> None:
    """Another spread changes entries alone; shuffled pairs keep theirs, and idle ones have none to speak of."""
    _, cross = draw_population(universe, 7)
    wider = replace(universe, scenario=universe.scenario.model_copy(update={"population": _wide(universe)}))
    _, other = draw_population(wider, 7)
    assert np.array_equal(cross.pairs.equity, other.pairs.equity)
    assert np.array_equal(cross.makers, other.makers)
    assert np.log(other.maker_entry) == pytest.approx(2 * np.log(cross.maker_entry))
    _, shuffled = AccountsShuffled().people(draw_population, universe, 7)
    keys = [
        sorted(zip(draw.pairs.long_notional, draw.pairs.long_entry, draw.pairs.short_entry, strict=True))
        for draw in (cross, shuffled)
    ]
    assert keys[0] == keys[1]
    _, idle = IdleAgents().people(draw_population, universe, 7)
    assert np.array_equal(idle.pairs.long_entry[: len(cross.pairs.venue)], cross.pairs.long_entry)


def _wide(universe: Universe) -> object:
    population = universe.scenario.population
    return population.model_copy(update={"entry": tuple(2 * spread for spread in population.entry)})
