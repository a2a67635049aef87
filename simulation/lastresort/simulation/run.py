"""One run: the clock, the order of a tick, and the slow processes around it."""

import time as wall_clock
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import (
    Bools,
    Floats,
    Waterfall,
)
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Hits, Isolated
from lastresort.simulation.accounts.ledger import Ledger, Orders
from lastresort.simulation.accounts.population import BASIS, MAKER, draw_population
from lastresort.simulation.accounts.strategies import Strategies
from lastresort.simulation.market import ladder
from lastresort.simulation.market.fundamentals import fundamental_paths
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.arbitrage import Arbitrage
from lastresort.simulation.participants.crowd import Crowd
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders
from lastresort.simulation.rails import Rails
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.recording.recorder import Recorder
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.liquidation import find_breaches, liquidate
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.market_rules import MarketRules
from lastresort.simulation.waterfall.resolution import Resolution
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.time_limit import interruptible


def simulate(scenario: Scenario, waterfalls: Mapping[str, Waterfall], seed: int, policy: str = "") -> RunRecord:
    """Run one scenario under one waterfall per venue and return its record; the same seed gives the same bytes.

    Raises MechanismError where a mechanism breaks the contract and ConservationError where the books do not balance.
    """
    started = wall_clock.process_time()
    run = Run(scenario, waterfalls, seed)
    with interruptible():
        run.go()
    return run.record(policy, wall_clock.process_time() - started)


class Run:
    """Everything alive during one run."""

    def __init__(self, scenario: Scenario, waterfalls: Mapping[str, Waterfall], seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.env = simpy.Environment()
        universe = self.universe = Universe.of(scenario)
        self.paths = fundamental_paths(universe, seed)
        isolated, cross = draw_population(universe, seed)
        self.ledger = Ledger(universe, Isolated(universe, isolated), Cross(universe, cross))
        self.prices, self.quotes = Prices(universe), Quotes(universe)
        self.rulebooks = [Rulebook(waterfalls[venue]) for venue in universe.venues]
        self.log = LossLog(universe)
        self.crowd, self.arbitrage = Crowd(universe), Arbitrage(universe)
        self.pairs, self.orphans = PairTraders(universe), Orphans(universe)
        self.makers = MarketMakers(universe, self.ledger.cross)
        self.strategies = Strategies(universe, self.ledger)
        self.recorder = Recorder(universe, self.ledger, self.log, self.prices)
        self.resolution = Resolution(universe, seed, self.ledger, self.prices, self.quotes, self.rulebooks, self.log)
        self.rules = MarketRules(universe, self.ledger, self.prices, self.quotes, self.rulebooks, self.log)
        admitted = self.rules.admit_transfer
        self.rails = Rails(self.env, universe, seed, self.ledger, self.prices, self.quotes, admitted)
        self.ticks = 0
        self._last_forced, self._next_settlement = -np.inf, 0.0
        self._funding_sum, self._funding_time = np.zeros(universe.shape), 0.0
        self._slicing, self._remnant = scenario.margin.slicing, scenario.margin.remnant

    # -- slow processes ---------------------------------------------------------------------------------------------

    def go(self) -> None:
        """Run to the end of the scenario and audit the books."""
        self.env.process(self._clock())
        self.env.process(self._funding())
        self.env.process(self._bookkeeping())
        self.env.run(until=self.scenario.duration + 1e-6)
        self.resolution.settle(self.scenario.duration, np.ones(len(self.rulebooks), dtype=bool))
        self.ledger.audit()

    def _clock(self) -> Generator[simpy.Event, Any, None]:
        dt = self.scenario.clock.calm_tick
        while self.env.now < self.scenario.duration:
            dt = min(self._step(), self.scenario.duration - self.env.now)
            yield self.env.timeout(dt)
            self.tick(dt)

    def _step(self) -> float:
        """Length of the next tick: short in stress, long in calm times."""
        clock, now = self.scenario.clock, self.env.now
        news = any(
            item.time - clock.calm_tick <= now < item.time + clock.stress_after_news for item in self.scenario.news
        )
        held = np.abs(self.ledger.engine_quantity).sum() > clock.stress_inventory * self.scenario.open_interest
        thin = (
            now < self._last_forced + clock.stress_after_takeover and self.quotes.depth[:-1].min() < clock.stress_depth
        )
        return clock.stress_tick if news or held or thin else clock.calm_tick

    def _funding(self) -> Generator[simpy.Event, Any, None]:
        """Longs pay shorts the average premium since the last payment, capped."""
        books = self.scenario.books
        while True:
            yield self.env.timeout(books.funding_interval)
            average = self._funding_sum / max(self._funding_time, 1e-9)
            rate = np.clip(average, -books.funding_cap, books.funding_cap)
            self._funding_sum, self._funding_time = np.zeros_like(average), 0.0
            self.ledger.pay_funding(rate, self.prices.mark)

    def _bookkeeping(self) -> Generator[simpy.Event, Any, None]:
        """Route fees and audit the ledger."""
        while True:
            yield self.env.timeout(self.scenario.clock.audit)
            self.resolution.route_fees(self.env.now)
            self.ledger.audit()

    # -- one tick ---------------------------------------------------------------------------------------------------

    def tick(self, dt: float) -> None:
        """Advance everything by `dt` seconds; all decisions use the prices at the start of the tick."""
        now, ledger = self.env.now, self.ledger
        self._advance_prices(now, dt)
        self.rules.set_prices(now)
        self.rules.set_phases(now)
        self.rules.set_margins(now)
        trading = self.rules.trading
        inventory = ledger.engine_quantity.copy()
        hits, rows = find_breaches(ledger, self.prices, trading > 0)
        if len(hits.breached) or len(rows):
            liquidate(ledger, self.prices, self.rulebooks, now, hits, rows)
        orders = self._orders(dt, trading, hits, inventory)
        self._clear(orders, dt)
        self._settle(now)
        self._react()
        self._look_around(now, dt, trading == 0)
        self.ticks += 1

    def _settle(self, now: float) -> None:
        """The waterfall is asked at venues that took accounts over in this tick, and everywhere every few seconds."""
        due = np.zeros(len(self.rulebooks), dtype=bool)
        for action in self.ledger.forced:
            due[self.ledger.venue_of(action.account)] = True
        if now >= self._next_settlement:
            due[:] = True
            self._next_settlement = now + self.scenario.margin.settlement
        if due.any():
            self.resolution.settle(now, due)

    def _advance_prices(self, now: float, dt: float) -> None:
        prices = self.prices
        fundamental = self.paths[min(int(now), len(self.paths) - 1)]
        prices.advance(fundamental, dt, self.quotes.depth, self.rules.trading)
        self._funding_sum += prices.premium * dt
        self._funding_time += dt

    # -- orders and clearing ----------------------------------------------------------------------------------------

    def _orders(self, dt: float, trading: Floats, hits: Hits, inventory: Floats) -> Orders:
        prices, isolated, cross = self.prices, self.ledger.isolated, self.ledger.cross
        may_open = self.rules.may_open(isolated.book[hits.opening])
        isolated.triggers.keep_watching(hits.opening[~may_open])
        opening = hits.opening[may_open]
        ids = np.concatenate([hits.stopped, opening])
        price = prices.mark.ravel()[isolated.book[opening]]
        single = np.concatenate([-isolated.quantity[hits.stopped], isolated.planned[opening] / price])
        near = (self.quotes.depth * self.quotes.resting)[:-1]
        arbitrage = self.arbitrage.orders(cross, prices, near, dt, trading, self.strategies.hurt(2))
        account, market, legs = self.pairs.orders(cross, prices.mark, dt, trading, self.strategies.hurt(1))
        slices = np.where(np.abs(inventory) * prices.mid < self._remnant, -1.0, np.expm1(-dt / self._slicing))
        engine = inventory * slices * trading
        cells = self.crowd.closing(prices, dt, trading)
        orders = Orders(cells, ids, single, arbitrage, (account, market), legs, engine)
        self.rules.admit_orders(orders, self.env.now)
        return orders

    def _clear(self, orders: Orders, dt: float) -> None:
        """One net order per book and per spot market, each at one uniform price along its ladder."""
        prices, quotes = self.prices, self.quotes
        hedges = self.makers.hedges(self.ledger.cross, dt)
        sold, orphans = self.orphans.sales(self.ledger.isolated, dt)
        start = prices.displacement
        flow = np.empty_like(start)
        flow[:-1], flow[-1] = self._net_flow(orders), self._spot_flow(orders, hedges, orphans)
        near = quotes.near(flow)
        end = ladder.walk(start, flow, near, quotes.down, quotes.up)
        average = ladder.average_price(start, end, flow, near, quotes.down, quotes.up)
        price = np.exp(prices.fundamental) * average
        self._settle_spot(orders, hedges, sold, price[-1])
        maker_fill = self.makers.fills((near * (start - end))[:-1])
        value_fill = -flow[:-1] - maker_fill.sum(axis=0)
        self.ledger.trade(price[:-1], orders, maker_fill, value_fill)
        prices.displacement = end
        prices.refresh_mids()

    def _spot_flow(self, orders: Orders, hedges: Floats, orphans: Floats) -> Floats:
        """Makers' hedges, orphaned spot and basis desks' unwinding, `[M]`."""
        flow: Floats = hedges.sum(axis=0) - orphans
        if orders.cells is not None:
            isolated = self.ledger.isolated
            held = np.abs(isolated.contracts.reshape(isolated.shape)[BASIS])
            flow -= (orders.cells[BASIS] * held).sum(axis=0)
        return flow

    def _settle_spot(self, orders: Orders, hedges: Floats, sold: Floats, price: Floats) -> None:
        isolated, cross = self.ledger.isolated, self.ledger.cross
        cross.maker_spot += hedges
        cross.maker_spot_cash -= hedges @ price
        self.orphans.settle(isolated, sold, price)
        if orders.cells is not None:
            isolated.sell_paired_spot(orders.cells[BASIS], price)

    def _net_flow(self, orders: Orders) -> Floats:
        isolated = self.ledger.isolated
        held = isolated.contracts.reshape(isolated.shape)
        flow = orders.engine.copy()
        if orders.arbitrage is not None:
            flow += orders.arbitrage.sum(axis=0)
        if len(orders.pairs):
            account, market = orders.legs
            np.add.at(flow, (self.ledger.cross.venue[account], market), orders.pairs)
        if len(orders.ids):
            held = held + np.bincount(isolated.cell[orders.ids], orders.single, held.size).reshape(held.shape)
            flow += np.bincount(isolated.book[orders.ids], orders.single, flow.size).reshape(flow.shape)
        return flow if orders.cells is None else np.asarray(flow - (orders.cells * held).sum(axis=0))

    # -- afterwards -------------------------------------------------------------------------------------------------

    def _react(self) -> None:
        """Participants learn what was done to them."""
        ledger, prices = self.ledger, self.prices
        forced = ledger.forced
        if forced:
            self._last_forced = self.env.now
            self.strategies.note(forced, prices.mark)
            isolated = len(ledger.isolated.book)
            makers = ledger.cross.rows[MAKER]
            for action in forced:
                desks = self.strategies.are_desks(action.account)
                if desks.any():
                    self.orphans.add(ledger.isolated, action.account[desks], np.abs(action.quantity[desks]))
                row = action.account - isolated
                hit = (row >= makers.start) & (row < makers.stop)
                if action.shared and hit.any():
                    value = np.abs(action.quantity[hit]) * prices.mark[ledger.cross.venue[row[hit]], action.market[hit]]
                    self.makers.feel((row[hit] - makers.start) // self.universe.shape[0], value)

    def _look_around(self, now: float, dt: float, halted: Bools) -> None:
        """Depth, hedge clocks, statistics, and those who observe."""
        ledger, prices, quotes = self.ledger, self.prices, self.quotes
        self.makers.refresh(ledger.cross, prices.valuation, dt)
        quotes.advance(prices, dt, self.makers.capacity, self.makers.inventory(ledger.cross), halted)
        self.strategies.watch(prices, dt)
        self.recorder.tick(prices, quotes, ledger.forced, halted, dt)
        self.recorder.sample(now, prices, quotes, halted)
        self.rules.tell_observers(now)
        ledger.forced.clear()
        self.log.tick.clear()

    def record(self, policy: str, cpu_seconds: float) -> RunRecord:
        """The frozen tables of the run; losses the engines still carry are booked as unpaid."""
        ledger, prices = self.ledger, self.prices
        unpaid = np.maximum(-(ledger.engine_cash + ledger.engine_quantity * prices.mid), 0.0)
        for v, m in zip(*np.nonzero(unpaid > 1.0), strict=True):
            self.log.unpaid(self.scenario.duration, int(v), int(m), float(unpaid[v, m]))
        totals = self.recorder.totals(unpaid) | {
            "ticks": self.ticks,
            "conservation_error": ledger.conservation_error,
            "cpu_seconds": cpu_seconds,
        }
        return RunRecord(
            scenario=self.scenario.name,
            policy=policy,
            seed=self.seed,
            accounts=self.recorder.accounts(prices),
            strategies=self.strategies.table(prices),
            books=self.recorder.books(unpaid, prices),
            series=self.recorder.series(),
            events=self.recorder.events(),
            totals=totals,
        )
