"""Arbitrageurs, makers, pairs, crowds and orphaned spot, each against a closed form or by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, BASIS, INSTITUTION, MAKER, MOMENTUM, RETAIL, SHORT
from lastresort.simulation.market import ladder
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.arbitrage import Arbitrage
from lastresort.simulation.participants.crowd import Crowd
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders
from lastresort.simulation.universe import Universe

OPEN = np.ones((2, 4))
NEAR = np.full((2, 4), 1e8)
MakeUniverse = Callable[..., Universe]
MakeLedger = Callable[[Universe], Ledger]


def gap_of(prices: Prices) -> float:
    return float(prices.x[0, 0] - prices.x[1, 0])


def displaced(universe: Universe, gap: float) -> Prices:
    """The first market trades at +-gap / 2 on the two venues."""
    prices = Prices(universe)
    prices.x[:, 0] = 0.5 * gap, -0.5 * gap
    return prices


def unhurt(cross: Cross) -> Bools:
    return np.zeros(len(cross.tensor(ARBITRAGE)), dtype=bool)


def arbitrage_away(universe: Universe, cross: Cross, prices: Prices, seconds: float, dt: float) -> float:
    """Let arbitrageurs trade against books of linear depth; returns contracts traded on the first venue."""
    desk, traded = Arbitrage(universe), 0.0
    flat = np.zeros((2, 4))
    for _ in range(round(seconds / dt)):
        orders = desk.orders(cross, prices, NEAR, dt, OPEN, unhurt(cross))
        if orders is None:
            break
        assert orders.sum(axis=1) == pytest.approx(np.zeros((len(orders), 4)), abs=1e-6)
        cross.tensor(ARBITRAGE)[:] += orders
        cross.cash[cross.rows[ARBITRAGE]] -= orders.sum(axis=2).ravel()
        flow = orders.sum(axis=0)
        prices.x[:] = ladder.walk(prices.x, flow, NEAR, flat, flat)
        traded += float(np.abs(flow[0, 0]))
    return traded


@pytest.mark.parametrize("dt", [1.0, 5.0])
def test_a_gap_between_venues_closes_at_the_arbitrage_rate(
    make_universe: MakeUniverse, make_ledger: MakeLedger, dt: float
) -> None:
    universe = make_universe(desks={"arbitrage_threshold": 0.0, "arbitrage_time": 15})
    cross = make_ledger(universe).cross
    cross.cash[cross.rows[ARBITRAGE]] += 1e12
    prices = displaced(universe, 0.02)
    arbitrage_away(universe, cross, prices, 30, dt)
    assert gap_of(prices) == pytest.approx(0.02 * np.exp(-2), rel=1e-9)


def test_a_gap_stays_open_once_free_collateral_is_used_up(make_universe: MakeUniverse, make_ledger: MakeLedger) -> None:
    universe = make_universe(desks={"arbitrage_threshold": 0.0, "arbitrage_leverage": 6, "arbitrageurs": 1})
    cross = make_ledger(universe).cross
    rows = cross.rows[ARBITRAGE]
    cross.quantity[rows] = 0.0
    cross.cash[rows] = 1e4, 2e4
    prices = displaced(universe, 0.02)
    traded = arbitrage_away(universe, cross, prices, 600, 1.0)
    # six times 10,000 USD of positions at opening marks, and nothing thereafter; depth is 1e8 per unit log price
    assert traded == pytest.approx(6e4, rel=1e-9)
    assert gap_of(prices) == pytest.approx(0.02 - 2 * 6e4 / 1e8, rel=1e-9)
    assert cross.tensor(ARBITRAGE)[0, :, 0] == pytest.approx([-6e4, 6e4])


def test_a_position_may_shrink_without_free_collateral(make_universe: MakeUniverse, make_ledger: MakeLedger) -> None:
    universe = make_universe(desks={"arbitrage_threshold": 0.0, "arbitrage_time": 15, "arbitrageurs": 1})
    cross = make_ledger(universe).cross
    rows = cross.rows[ARBITRAGE]
    cross.quantity[rows] = 0.0
    cross.tensor(ARBITRAGE)[0, :, 0] = 5e6, -5e6
    cross.cash[rows] = 1.0 - 5e6, 1.0 + 5e6
    prices = displaced(universe, 0.02)
    arbitrage_away(universe, cross, prices, 15, 1.0)
    assert gap_of(prices) == pytest.approx(0.02 * np.exp(-1), rel=1e-9)
    assert abs(cross.tensor(ARBITRAGE)[0, 0, 0]) < 5e6


def test_no_arbitrage_below_the_threshold_or_in_a_halt(universe: Universe, ledger: Ledger) -> None:
    desk, hurt = Arbitrage(universe), unhurt(ledger.cross)
    assert desk.orders(ledger.cross, displaced(universe, 0.0019), NEAR, 1.0, OPEN, hurt) is None
    closed = OPEN.copy()
    closed[0, 0] = 0
    assert desk.orders(ledger.cross, displaced(universe, 0.1), NEAR, 1.0, closed, hurt) is None


def test_a_lost_leg_is_repaired_by_cutting_the_excess_side(universe: Universe, ledger: Ledger) -> None:
    cross, desk = ledger.cross, Arbitrage(universe)
    position = cross.tensor(ARBITRAGE)
    position[:] = 0.0
    position[2, :, 1] = 900.0, 100.0
    position[3, :, 1] = 500.0, -200.0
    hurt = unhurt(cross)
    hurt[2:4] = True
    orders = desk.orders(cross, Prices(universe), NEAR, 60.0, OPEN, hurt)
    assert orders is not None
    left = np.exp(-60 / 300)
    assert (position + orders)[2, :, 1] == pytest.approx([900 * left, 100 * left])
    assert (position + orders)[3, :, 1] == pytest.approx([200 + 300 * left, -200])
    assert np.count_nonzero(orders) == 3


# -- makers -------------------------------------------------------------------------------------------------------


def test_lost_capital_withdraws_a_maker_s_quotes_there_and_everywhere(universe: Universe, ledger: Ledger) -> None:
    """Equity is 3/5 at the left and 2/5 at the right venue; what is lost at one is missing at both."""
    cross = ledger.cross
    makers = MarketMakers(universe, cross)
    assert makers.capacity == pytest.approx([1, 1])
    rows = np.arange(len(cross))[cross.rows[MAKER]].reshape(-1, 2)
    equity = cross.entity_equity(MAKER, OPEN)
    cross.cash[rows[0, 0]] -= 0.25 * equity[0, 0]
    cross.cash[rows[1, 1]] -= equity[1].sum() - 0.1 * equity[1, 0]
    cross.cash[rows[2, 1]] += 1e9
    makers.refresh(cross, Prices(universe), 1.0)
    weight = makers.gross / makers.gross.sum()
    left = equity[0, 0] / equity[0].sum()
    assert makers.quoting[0] == pytest.approx(weight[0] * np.array([0.75, 1 - 0.25 * left]))
    whole = 0.1 * equity[1, 0] / equity[1].sum()
    assert makers.quoting[1] == pytest.approx([whole * weight[1], 0.0], abs=1e-12)
    assert makers.quoting[2] == pytest.approx([weight[2], weight[2]])
    assert not makers.failed.any()


def test_a_maker_s_capital_counts_the_profit_of_its_spot(universe: Universe, ledger: Ledger) -> None:
    """Three times levered and hedged: spot 10 % down alone costs 30 % of capital, everything 10 % down costs none."""
    makers, prices = MarketMakers(universe, ledger.cross), Prices(universe)
    prices.index = np.full(4, 0.9)
    makers.refresh(ledger.cross, prices, 1.0)
    assert makers.capacity == pytest.approx([0.7, 0.7])
    prices.valuation = np.full((2, 4), 0.9)
    makers.refresh(ledger.cross, prices, 1.0)
    assert makers.capacity == pytest.approx([1, 1])


def test_a_maker_without_capital_has_failed_for_good(universe: Universe, ledger: Ledger) -> None:
    cross = ledger.cross
    makers, prices, quotes = MarketMakers(universe, cross), Prices(universe), Quotes(universe)
    rows = np.arange(len(cross))[cross.rows[MAKER]].reshape(-1, 2)
    gone = 1.01 * cross.entity_equity(MAKER, OPEN)[0].sum()
    cross.cash[rows[0, 0]] -= gone
    makers.refresh(cross, prices, 1.0)
    assert makers.failed.tolist() == [True] + [False] * 11
    cross.cash[rows[0, 0]] += 2 * gone
    makers.refresh(cross, prices, 1.0)
    assert makers.failed[0]
    assert makers.quoting[0].tolist() == [0.0, 0.0]
    cross.tensor(MAKER)[:2, 0, 0] += 100.0
    prices.x[:] = -0.1
    orders, laid_off, _ = makers.hedges(cross, prices, quotes, OPEN, 90.0)
    assert not orders[0].any()
    assert not laid_off[0].any()
    assert orders[1, 0] == pytest.approx(-100 * (1 - np.exp(-1)))


def test_a_deleveraged_maker_withdraws_and_forgets(universe: Universe, ledger: Ledger) -> None:
    makers = MarketMakers(universe, ledger.cross)
    makers.feel(np.array([0, 0, 1]), np.array([0.02, 0.03, 0.2]) * makers.gross[[0, 0, 1]])
    makers.refresh(ledger.cross, Prices(universe), 1200.0)
    makers.refresh(ledger.cross, Prices(universe), 1200.0)
    weight = makers.gross / makers.gross.sum()
    left = np.exp(-1)
    assert makers.quoting[:3, 0] == pytest.approx(weight[:3] * [1 - 0.5 * left, 1 - 2 * left, 1])


def test_fills_are_split_by_quoting_weight(universe: Universe, ledger: Ledger) -> None:
    makers = MarketMakers(universe, ledger.cross)
    makers.quoting[:] = 0.0
    makers.quoting[0], makers.quoting[1] = [0.3, 0.0], [0.1, 0.0]
    near_fill, none = np.array([[80.0, -40.0, 0.0, 4.0], [9.0, 9.0, 9.0, 9.0]]), np.zeros((2, 4))
    fills, value = makers.fills(near_fill, none, none)
    assert fills[0, 0] == pytest.approx([60, -30, 0, 3])
    assert fills[1, 0] == pytest.approx([20, -10, 0, 1])
    assert not fills[:, 1].any()
    assert value == pytest.approx(-fills.sum(axis=0)), "of whoever there is no other side, value buyers are"


# -- pairs --------------------------------------------------------------------------------------------------------


def one_pair(cross: Cross, long: float, short: float) -> int:
    """Set up row 0 with a long in the first market (beta 1) and a short in the third (beta 2), in contracts."""
    cross.long_market[0], cross.short_market[0] = 0, 2
    cross.quantity[0] = 0.0
    cross.quantity[0, [0, 2]] = long, -short
    return int(cross.venue[0])


def pair_orders(universe: Universe, cross: Cross, mark: Floats, trading: Floats = OPEN) -> list[Any]:
    hurt = np.zeros(len(cross.long_market), dtype=bool)
    hurt[0] = True
    rows, market, quantity = PairTraders(universe, cross).orders(cross, mark, 60.0, trading, hurt)
    return [(int(r), int(m), float(q)) for r, m, q in zip(rows, market, quantity, strict=True)]


def test_a_hurt_pair_cuts_its_larger_leg_in_beta_dollars(universe: Universe, ledger: Ledger) -> None:
    cross = ledger.cross
    share = 1 - np.exp(-60 / 300)
    one_pair(cross, long=1000.0, short=300.0)
    # 1,000 against 300 x 2: the long is cut towards 600
    assert pair_orders(universe, cross, OPEN) == [(0, 0, pytest.approx(-400 * share))]
    one_pair(cross, long=300.0, short=1000.0)
    # 300 against 1,000 x 2: the short is bought back towards 150
    assert pair_orders(universe, cross, OPEN) == [(0, 2, pytest.approx(850 * share))]
    one_pair(cross, long=0.0, short=1000.0)
    assert pair_orders(universe, cross, OPEN) == [(0, 2, pytest.approx(1000 * share))]


def test_a_pair_looks_at_marks_tolerance_and_halts(universe: Universe, ledger: Ledger) -> None:
    cross = ledger.cross
    venue = one_pair(cross, long=1000.0, short=455.0)
    assert pair_orders(universe, cross, OPEN) == []
    mark = OPEN.copy()
    mark[venue, 2] = 0.5
    # 1,000 against 455 x 2 x 0.5
    assert pair_orders(universe, cross, mark) == [(0, 0, pytest.approx(-545 * (1 - np.exp(-0.2))))]
    halted = OPEN.copy()
    halted[venue, 0] = 0
    assert [q for _, _, q in pair_orders(universe, cross, mark, halted)] == [0]


# -- crowd --------------------------------------------------------------------------------------------------------


def fallen(universe: Universe, fall: float, discount: float = 0.0) -> Prices:
    prices = Prices(universe)
    prices.mark = np.full((2, 4), 1 - fall)
    prices.mid = np.full((2, 4), 1.0)
    prices.index = np.full(4, 1 + discount)
    return prices


def test_panic_and_profit_taking_by_hand(universe: Universe) -> None:
    closing = Crowd(universe).closing(fallen(universe, 0.24), 10.0, OPEN)
    assert closing is not None
    # starts 5 / 8 / 10 %, (0.24 - d0) / d0 per 36,000 s
    panic = np.array([3.8, 2.0, 1.4, 1.4]) / 36000
    assert closing[RETAIL, 0] == pytest.approx(1 - np.exp(-10 * panic))
    assert closing[INSTITUTION, 1] == pytest.approx(1 - np.exp(-3.5 * panic))
    # starts 4 / 8 / 12 %, scales 5 / 10 / 15 %, per 3,600 s
    profit = np.array([4.0, 1.6, 0.8, 0.8]) / 3600
    for cohort in (SHORT, MOMENTUM):
        assert closing[cohort, 0] == pytest.approx(1 - np.exp(-10 * profit))
    assert not closing[BASIS].any()


def test_basis_desks_unwind_one_per_cent_a_minute_per_cent_of_discount(universe: Universe) -> None:
    closing = Crowd(universe).closing(fallen(universe, 0.0, discount=0.024), 60.0, OPEN)
    assert closing is not None
    assert closing[BASIS] == pytest.approx(1 - np.exp(-0.02))
    assert not closing[[RETAIL, INSTITUTION, SHORT, MOMENTUM]].any()


def test_a_calm_or_halted_crowd_does_nothing(universe: Universe) -> None:
    crowd = Crowd(universe)
    assert crowd.closing(fallen(universe, 0.039, discount=0.0039), 60.0, OPEN) is None
    assert crowd.closing(fallen(universe, 0.5), 60.0, np.zeros((2, 4))) is None
    one = np.zeros((2, 4))
    one[1, 3] = 1
    closing = crowd.closing(fallen(universe, 0.5), 60.0, one)
    assert closing is not None
    assert np.argwhere(closing.sum(axis=0)).tolist() == [[1, 3]]


def test_closing_does_not_depend_on_the_tick(universe: Universe) -> None:
    crowd, prices = Crowd(universe), fallen(universe, 0.3)
    once, tenth = crowd.closing(prices, 600.0, OPEN), crowd.closing(prices, 60.0, OPEN)
    assert once is not None
    assert tenth is not None
    assert 1 - once == pytest.approx((1 - tenth) ** 10)


# -- orphaned spot ------------------------------------------------------------------------------------------------


def test_orphaned_spot_is_sold_in_part_and_in_time(universe: Universe, ledger: Ledger) -> None:
    isolated, orphans = ledger.isolated, Orphans(universe)
    desks = np.flatnonzero(isolated.is_basis & (isolated.book == 6))[:2]
    orphans.add(isolated, desks, np.array([1000.0, 200.0]), np.ones(4))
    for _ in range(3):
        sold, flow = orphans.sales(isolated, 100.0)
        assert flow == pytest.approx([0, 0, sold.sum(), 0])
        orphans.settle(ledger, sold, np.array([9.0, 9.0, 0.5, 9.0]))
    left = np.exp(-1)
    assert isolated.sellable[desks] == pytest.approx([600 * left, 120 * left])
    assert isolated.orphan[desks] == pytest.approx([400 + 600 * left, 80 + 120 * left])
    assert isolated.spot_cash[desks] == pytest.approx([300 * (1 - left), 60 * (1 - left)])
