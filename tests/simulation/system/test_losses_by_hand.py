"""One bankrupt account, a book without bids and a few winners: every number worked out on paper.

The bankrupt account is long 100,000 contracts from 1.00 with leverage 5: cash 20,000 - 100,000 = -80,000. At a mark of
0.70 its equity is 70,000 - 80,000 = -10,000. Its order meets no bids, so the engine takes it over at
0.70 x (1 + 10,000 / 70,000) = 0.80 and books -80,000: it has lost 10,000 already, and without bids it would lose the
other 70,000 by selling.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats, Payer, Waterfall
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import RETAIL, SHORT, CrossDraw, IsolatedDraw, Pairs
from lastresort.simulation.funding import Funding
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.matching.immediate import ImmediateBook
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.breaches import Breaches
from lastresort.simulation.waterfall.liquidation import LiquidationDesk
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.resolution import Resolution
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues

BANKRUPT, SURVIVOR, A, B = range(4)
"""Rows of the accounts: the bankrupt long, another long (50,000 at leverage 1.25), and two shorts:

    A   90,000 at leverage 2: cash 45,000 + 90,000; at 0.70 equity 72,000, profit 27,000, leverage 63 / 72 = 0.875
    B   60,000 at leverage 5: cash 12,000 + 60,000; at 0.70 equity 30,000, profit 18,000, leverage 42 / 30 = 1.4
"""


@dataclass
class Wreck:
    """The books after the engine's takeover and its settlement at 0.70."""

    ledger: Ledger
    log: LossLog

    @property
    def equity(self) -> Floats:
        """Equity of the four accounts at 0.70, USD, wallets included."""
        isolated = self.ledger.isolated
        isolated.everyone()
        return np.asarray(isolated.cash + isolated.wallet + isolated.quantity * 0.70)

    @property
    def engine(self) -> list[float]:
        """The engine's contracts and cash."""
        return [float(self.ledger.engine_quantity[0, 0]), float(self.ledger.engine_cash[0, 0])]


def four_accounts() -> tuple[IsolatedDraw, CrossDraw]:
    """Two longs and two shorts of one book, and no cross-margin accounts but an idle value buyer."""
    none, nobody = np.empty(0), np.empty(0, dtype=np.int64)
    isolated = IsolatedDraw(
        book=np.zeros(4, dtype=np.int64),
        cohort=np.array([RETAIL, RETAIL, SHORT, SHORT]),
        notional=np.array([100_000.0, 50_000.0, 90_000.0, 60_000.0]),
        leverage=np.array([5.0, 1.25, 2.0, 5.0]),
        entry=np.ones(4),
        trigger=np.full(4, np.nan),
    )
    pairs = Pairs(nobody, nobody, nobody, none, none, none, none, none)
    nothing, one = np.zeros((0, 1, 1)), np.ones((1, 1, 1))
    return isolated, CrossDraw(pairs, nothing, np.zeros((0, 1)), 0 * one, np.full(1, 3.0), nothing, one)


@pytest.fixture
def settled(waterfalls: Callable[..., dict[str, Waterfall]]) -> Callable[..., Wreck]:
    """Let the mark fall in a book of some `bids` (contracts per unit log price) and a fund (half of it for majors)."""

    def settle(policy: str, fund: float, mark: float = 0.70, bids: float = 0.0) -> Wreck:
        scenario = Scenario(
            name="wreck",
            title="Four accounts",
            summary="One book.",
            open_interest=150_000,
            margin={"remnant": 1.0, "fund_split": (0.5, 0.3, 0.2)},
            desks={"pairs": 0},
            venues=[{"name": "only", "open_interest": 1, "depth": 1, "fund": fund}],
            groups=[{"name": "btc", "tier": 0, "markets": 1, "open_interest": 1, "beta": 1, "volatility": 0.01}],
        )
        universe = Universe.of(scenario)
        isolated, cross = four_accounts()
        ledger = Ledger(universe, Isolated(universe, isolated), Cross(universe, cross))
        prices, quotes, log = Prices(universe), Quotes(universe), LossLog(universe)
        ledger.journal.readers.append(log.read)
        quotes.bid[:], quotes.down[:] = bids, 0.0
        prices.fundamental = np.log(np.array([mark]))
        prices.refresh_mids()
        prices.mark = prices.valuation = prices.settlement = prices.mid.copy()
        rules = [Rulebook(waterfalls(scenario, policy)["only"])]
        book = ImmediateBook(ledger, prices, quotes, MarketMakers(universe, ledger.cross))
        env, everywhere = simpy.Environment(), np.ones((1, 1), dtype=np.bool_)
        venues = SimulatedVenues(universe, 1, ledger, prices, quotes, Funding(env, universe, ledger, prices))
        desk = LiquidationDesk(env, ledger, prices, rules, Breaches(venues), book)
        for time in (0.0, 1.0):  # first its order, and then the engine takes over what that leaves
            hits, rows = desk.find(everywhere)
            desk.liquidate(time, hits.breached, rows, np.zeros((1, 1)), np.full((1, 1), np.inf), everywhere)
        Resolution(venues, rules).settle(1.0, everywhere)
        ledger.audit()
        return Wreck(ledger, log)

    return settle


def test_the_engine_takes_the_bankrupt_account_over_at_its_bankruptcy_price(
    settled: Callable[..., Wreck],
) -> None:
    wreck = settled("deep-pocket", 0.0)
    # the backstop pays the 10,000 that are lost at the mark; the engine keeps the position, now worth what it owes
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 72_000, 30_000], atol=1e-6)
    np.testing.assert_allclose(wreck.engine, [100_000, -70_000])
    np.testing.assert_allclose(wreck.log.paid[Payer.BACKSTOP], [[10_000]])


def test_an_order_that_fits_leaves_nothing_for_the_engine(settled: Callable[..., Wreck]) -> None:
    wreck = settled("fund+queue-adl", 0.0, 0.81, 1e15)
    # equity 81,000 - 80,000, below 2 % of 81,000; sold at 0.81 for a fee of 1 %, 810, which goes to the majors' pool
    assert wreck.engine == [0, 0]
    np.testing.assert_allclose(wreck.ledger.isolated.wallet[BANKRUPT], 190, atol=1e-3)
    np.testing.assert_allclose(wreck.ledger.pockets.fund, [[810, 0, 0]], atol=1e-3)
    assert wreck.log.rows == []


def test_the_engine_takes_over_what_the_book_does_not_take_within_the_bankruptcy_price(
    settled: Callable[..., Wreck],
) -> None:
    wreck = settled("warehouse", 0.0, 0.81, 50_000 / np.log(0.81 / 0.80))
    # bids for 50,000 down to 0.80, at 0.01 / log(0.81 / 0.80) on average; all above 0.80, less than 1 %, is the fee
    surplus = 50_000 * (0.01 / np.log(0.81 / 0.80) - 0.80)
    np.testing.assert_allclose(wreck.ledger.backstop_quantity, [[50_000]], rtol=1e-9)
    np.testing.assert_allclose(wreck.ledger.pockets.fund, [[surplus, 0, 0]], rtol=1e-6)
    assert wreck.ledger.isolated.quantity[BANKRUPT] == 0


def test_a_warehouse_takes_the_position_at_what_it_cost(settled: Callable[..., Wreck]) -> None:
    wreck = settled("warehouse", 0.0)
    assert wreck.engine == [0, 0]
    np.testing.assert_allclose(wreck.ledger.backstop_quantity, [[100_000]])
    np.testing.assert_allclose(wreck.ledger.backstop_cash, [[-80_000]])


def test_a_sufficient_fund_pays_and_nobody_is_closed(settled: Callable[..., Wreck]) -> None:
    wreck = settled("fund+queue-adl", 600_000.0)
    # 30 % of the majors' 300,000 may be spent: 10,000 now, 70,000 stand ready against a sale without bids
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 72_000, 30_000], atol=1e-6)
    np.testing.assert_allclose(wreck.engine, [100_000, -70_000])
    np.testing.assert_allclose(wreck.ledger.pockets.fund, [[290_000, 180_000, 120_000]])


def test_the_queue_closes_the_more_levered_winner_first(
    settled: Callable[..., Wreck],
) -> None:
    wreck = settled("fund+queue-adl", 0.0)
    # rank A 0.3 x 0.875 = 0.2625, B 0.3 x 1.4 = 0.42: B gives all 60,000, A the other 40,000, at 0.80 instead of 0.70
    np.testing.assert_allclose(wreck.ledger.isolated.quantity, [0, 50_000, -50_000, 0], atol=1e-6)
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 68_000, 24_000], atol=1e-6)
    np.testing.assert_allclose(wreck.ledger.burden.loss[:4], [0, 0, 4_000, 6_000], atol=1e-6)
    np.testing.assert_allclose(wreck.ledger.burden.closed[:4], [0, 0, 28_000, 42_000], atol=1e-6)
    assert wreck.ledger.isolated.wallet[B] == pytest.approx(24_000), "closed out: 72,000 less 60,000 x 0.80"
    np.testing.assert_allclose(wreck.engine, [0, 0], atol=1e-9)


def test_pro_rata_closes_two_thirds_of_both(settled: Callable[..., Wreck]) -> None:
    wreck = settled("fund+pro-rata-adl", 0.0)
    # 100,000 of 150,000: A gives 60,000, B 40,000
    np.testing.assert_allclose(wreck.ledger.isolated.quantity, [0, 50_000, -30_000, -20_000], atol=1e-6)
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 66_000, 26_000], atol=1e-6)
    np.testing.assert_allclose(wreck.ledger.burden.loss[:4], [0, 0, 6_000, 4_000], atol=1e-6)
    np.testing.assert_allclose(wreck.engine, [0, 0], atol=1e-9)


def test_what_the_fund_pays_the_winners_need_not(settled: Callable[..., Wreck]) -> None:
    wreck = settled("fund+pro-rata-adl", 20_000.0)
    # 30 % of the majors' 10,000 is 3,000: the engine owes 77,000, so positions close at 0.77 and cost 0.07 each
    np.testing.assert_allclose(wreck.ledger.pockets.fund, [[7_000, 6_000, 4_000]])
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 72_000 - 4_200, 30_000 - 2_800], atol=1e-6)
    np.testing.assert_allclose(wreck.log.haircut, [[7_000]])
    np.testing.assert_allclose(wreck.engine, [0, 0], atol=1e-9)


def test_socialized_loss_cuts_both_gains_by_the_same_share(settled: Callable[..., Wreck]) -> None:
    wreck = settled("fund+socialized-loss", 20_000.0)
    # after the fund's 3,000 the loss is 7,000, on gains of 27,000 + 18,000: 7 / 45 of each; positions stay open
    np.testing.assert_allclose(wreck.ledger.isolated.quantity, [0, 50_000, -90_000, -60_000])
    np.testing.assert_allclose(wreck.equity, [0, 25_000, 72_000 - 4_200, 30_000 - 2_800], atol=1e-6)
    np.testing.assert_allclose(wreck.log.charged, [[7_000]])
    np.testing.assert_allclose(wreck.engine, [100_000, -70_000])
