"""One run: the clock, the order of a tick, and the slow processes around it."""

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import (
    Bools,
    Floats,
    Ints,
    Waterfall,
)
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Hits, Isolated
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders, together
from lastresort.simulation.accounts.population import MAKER, IsolatedDraw, draw_population
from lastresort.simulation.accounts.strategies import Strategies
from lastresort.simulation.funding import Funding
from lastresort.simulation.kernels.extremes import fastest
from lastresort.simulation.market import ladder
from lastresort.simulation.market.fundamentals import fundamental_paths
from lastresort.simulation.market.path import FREE, MOMENT, Course
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.matching.clearing import Clearing
from lastresort.simulation.matching.immediate import ImmediateBook
from lastresort.simulation.participants.arbitrage import Arbitrage
from lastresort.simulation.participants.buyers import Buyers
from lastresort.simulation.participants.carry import Carry
from lastresort.simulation.participants.crowd import Crowd
from lastresort.simulation.participants.makers import MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders
from lastresort.simulation.participants.reopening import Reopening
from lastresort.simulation.participants.top_ups import TopUps
from lastresort.simulation.participants.vaults import Vaults
from lastresort.simulation.rails import Rails
from lastresort.simulation.recording.fills import Fills
from lastresort.simulation.recording.mid_windows import TAIL
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.recording.recorder import Recorder
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.ticks import Tick
from lastresort.simulation.universe import Universe
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall.asking_times import AskingTimes
from lastresort.simulation.waterfall.breaches import Breaches
from lastresort.simulation.waterfall.interventions import Interventions
from lastresort.simulation.waterfall.liquidation import LiquidationDesk
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.market_rules import MarketRules
from lastresort.simulation.waterfall.resolution import Resolution
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues

GRAIN = 0.125
"""Ticks that follow prices are multiples of it, so that times add up and subtract to the last bit, seconds."""


class Run:
    """Everything alive during one run."""

    def __init__(
        self,
        scenario: Scenario,
        waterfalls: Mapping[str, Waterfall],
        seed: int,
        variation: Variation = USUAL,
        course: Course = FREE,
    ) -> None:
        scenario = variation.world(scenario)
        self.scenario, self.seed, self.course = scenario, seed, course
        self.env = variation.clock(seed)
        universe = self.universe = Universe.of(scenario)
        self.paths = fundamental_paths(universe, seed, TAIL)
        isolated, cross = variation.people(draw_population, universe, seed)
        self.ledger = Ledger(universe, Isolated(universe, isolated), Cross(universe, cross))
        self.prices, self.quotes = Prices(universe), Quotes(universe)
        self.rulebooks = [Rulebook(waterfalls[venue]) for venue in universe.venues]
        self.journal, self.log = self.ledger.journal, LossLog(universe)
        self.journal.readers.append(self.log.read)
        self._participants(isolated)
        self._waterfall()
        self.ticks, self.over = 0, False
        self._last_forced, self._speed = -np.inf, 0.0
        self._loud_until, self._next_headline = -np.inf, np.inf
        self._slicing, self._remnant = scenario.margin.slicing, universe.threshold(scenario.margin.remnant)

    def _participants(self, drawn: IsolatedDraw) -> None:
        universe, ledger = self.universe, self.ledger
        self.crowd, self.arbitrage = Crowd(universe), Arbitrage(universe)
        self.pairs, self.orphans, self.vaults = PairTraders(universe, ledger.cross), Orphans(universe), Vaults(universe)
        self.makers, self.carry = MarketMakers(universe, ledger.cross), Carry(universe, ledger.cross)
        self.buyers = Buyers(self.env, universe, self.seed)
        self.strategies = Strategies(universe, ledger)
        self.top_ups = TopUps(self.env, universe, ledger, (drawn.first_top_up, drawn.second_top_up))
        self.reopening = Reopening(self.env, ledger, drawn.reopening, drawn.leverage)
        self.recorder, self.fills = Recorder(universe, ledger, self.log, self.prices), Fills(universe, ledger)
        self.clearing = Clearing(
            ledger, self.prices, self.quotes, self.makers, self.orphans, self.pairs, self.carry, self.buyers
        )
        self.funding = Funding(self.env, universe, ledger, self.prices)

    def _waterfall(self) -> None:
        universe, ledger, prices, quotes = self.universe, self.ledger, self.prices, self.quotes
        venues = SimulatedVenues(universe, self.seed, ledger, prices, quotes, self.funding)
        self.rules = MarketRules(self.env, venues, self.rulebooks, self.log)
        orders = ImmediateBook(ledger, prices, quotes, self.makers)
        self.desk = LiquidationDesk(self.env, ledger, prices, self.rulebooks, Breaches(venues), orders)
        wait = np.array([rulebook.engine.wait for rulebook in self.rulebooks])
        self.asking = AskingTimes(self.env, wait, universe.shape, self.scenario.margin.settlement)
        self.interventions = Interventions(venues, self.rulebooks)
        self.resolution = Resolution(venues, self.rulebooks)
        admitted = self.rules.admit_transfer
        self.rails = Rails(self.env, universe, self.seed, ledger, prices, quotes, admitted)

    # -- slow processes ---------------------------------------------------------------------------------------------

    def go(self) -> None:
        """Play the scenario, then trade out the tail."""
        self.play()
        self._trade_on()

    def play(self) -> None:
        """Run to the end of the scenario, audit the books and freeze the tables."""
        duration = self.scenario.duration
        self.env.process(self._clock(duration))
        self.env.process(self._headlines())
        self.env.process(self._bookkeeping())
        self.env.run(until=duration + 1e-6)
        self.journal.time = duration
        self.resolution.settle(duration, np.ones(self.universe.shape, dtype=bool), final=True)
        self._react()
        self.ledger.audit()
        self._tables = self._frozen()

    def _trade_on(self) -> None:
        """The tail: half an hour more of the same market, so that the mids after the last fills can be averaged.

        No rule is asked and nobody is liquidated any more: both would be events of a run that is over. The engines go
        on selling what they hold and everybody trades as before, since prices would jump if that pressure vanished at
        the scenario's end. Of all that, only the mids are recorded, and nothing runs where no window is open.
        """
        self.over, self.desk.waiting = True, False
        for reader in (self.fills, self.recorder):
            self.journal.readers.remove(reader.read)
        self.rules.close()
        self.interventions.close()
        for rulebook in self.rulebooks:
            rulebook.close()
        if self.fills.windows.open or self.course.to_the_end:
            end = self.scenario.duration + TAIL
            self.env.run(until=self.env.process(self._clock(end)))

    def _clock(self, end: float) -> Generator[simpy.Event, Any, None]:
        while self.env.now < end and not self._finished():
            step = self.course.step(self.env.now, self._step())
            dt = min(step, end - self.env.now)
            yield Tick(self.env, dt)
            self.tick(dt)

    def _finished(self) -> bool:
        """Whether the scenario is over and nobody waits for more prices."""
        return self.over and not (self.fills.windows.open or self.course.to_the_end)

    def _step(self) -> float:
        """Length of the next tick: long in calm times; short in stress, the shorter the faster prices move."""
        clock, now = self.scenario.clock, self.env.now
        held = self._inventory() > clock.stress_inventory * self.scenario.open_interest
        thin = (
            now < self._last_forced + clock.stress_after_takeover and self.quotes.depth[:-1].min() < clock.stress_depth
        )
        if held:
            return clock.stress_tick
        step = clock.calm_tick
        if now < self._loud_until or thin or self.desk.waiting:
            wanted = np.floor(clock.move / max(self._speed, 1e-12) / GRAIN) * GRAIN
            step = float(np.clip(wanted, clock.stress_tick, clock.restless_tick))
        return min(step, max(min(self.desk.cool_downs.next_end, self._next_headline) - now, clock.stress_tick))

    def _inventory(self) -> float:
        """Contracts that the engines hold in open markets."""
        held = self.ledger.engine_quantity
        return float((np.abs(held) * self.rules.trading).sum()) if held.any() else 0.0

    def _headlines(self) -> Generator[simpy.Event, Any, None]:
        """Headlines come out at their own times, and the clock ticks faster for a while."""
        for item in sorted(self.scenario.news, key=lambda item: item.time):
            self._next_headline = item.time
            yield self.env.timeout(item.time - self.env.now)
            self._loud_until = self.env.now + self.scenario.clock.stress_after_news
        self._next_headline = np.inf

    def _bookkeeping(self) -> Generator[simpy.Event, Any, None]:
        """Route fees and audit the ledger."""
        while True:
            yield self.env.timeout(self.scenario.clock.audit)
            self.journal.time = self.env.now
            self.resolution.route_fees(self.env.now)
            self.ledger.audit()

    # -- one tick ---------------------------------------------------------------------------------------------------

    def tick(self, dt: float) -> None:
        """Advance everything by `dt` seconds; all decisions use the prices at the start of the tick."""
        now, traded = self.env.now, self.rules.traded
        self.fills.windows.hold(self.prices.mid, traded, dt)
        self._advance_prices(now, dt, traded)
        self.journal.open(now, self.prices)
        self.rules.set_prices(now)
        self.rules.set_phases(now)
        self.rules.set_margins(now)
        self.top_ups.watch(self.prices.mark)
        trading = self.rules.trading
        takeover, inventory = self.rules.takeovers, self.ledger.engine_quantity.copy()
        hits, rows = self.desk.find(takeover)
        if not self.over:
            self._liquidate(now, hits.breached, rows, trading, takeover)
        orders = self._orders(dt, trading, hits, inventory)
        before = self.prices.mid
        self.clearing.clear(orders, dt, trading, self.rules.band)
        self._speed = fastest(before, self.prices.mid) / dt
        self.course.close(now, self.prices)
        if not self.over:
            self._settle(now)
        self._react()
        self._look_around(now, dt, trading == 0)
        self.ticks += 1

    def _liquidate(self, now: float, ids: Ints, rows: Ints, trading: Floats, takeover: Bools) -> None:
        """Act on those in breach; orders in their names trade within their market's band, none where it is closed."""
        low, high = np.where(trading > 0, self.rules.low, np.inf), np.where(trading > 0, self.rules.high, 0.0)
        self.desk.liquidate(now, ids, rows, low, high, takeover)

    def _settle(self, now: float) -> None:
        """Ask who acts before a loss, then the waterfall about takeovers whose time has come and what is left."""
        if self.interventions.are_due(now):
            self.interventions.ask(now, self.rules.trading > 0)
        for posting in self.journal.tick:
            if posting.cause is Cause.TAKEOVER:
                self.asking.note(self.ledger.venue_of(posting.account), posting.market)
        due = self.asking.take(now, self.rules.trading > 0)
        if due.any():
            self.resolution.settle(now, due)

    def _advance_prices(self, now: float, dt: float, traded: Floats) -> None:
        prices = self.prices
        fundamental = self.paths[min(int(now + MOMENT), len(self.paths) - 1)]
        prices.recover(fundamental, dt, self.quotes.depth, traded)
        self.course.open(now, prices)
        prices.renew_marks(dt)
        self.funding.note(prices.premium, dt)

    def _orders(self, dt: float, trading: Floats, hits: Hits, inventory: Floats) -> Orders:
        prices, cross, hurt = self.prices, self.ledger.cross, self.strategies.hurt
        ids, single = self._single_orders(trading, hits)
        near = self.quotes.depth[:-1] * self.quotes.resting[:-1]
        arbitrage = self.arbitrage.orders(cross, prices, near, dt, trading, hurt(2))
        *legs, rested = together(
            self.pairs.orders(cross, prices.mark, dt, trading, hurt(1)),
            self.vaults.orders(cross, dt, trading),
            self.carry.orders(cross, prices, self.quotes, dt, trading),
        )
        engine = self._engine_orders(inventory, dt) * trading
        cells = self.crowd.closing(prices, dt, trading)
        buyers = self.buyers.orders(prices, self.quotes, dt, trading)
        orders = Orders(cells, ids, single, arbitrage, (legs[0], legs[1]), rested, engine, buyers)
        self.rules.admit_orders(orders, self.env.now)
        return orders

    def _single_orders(self, trading: Floats, hits: Hits) -> tuple[Ints, Floats]:
        """Isolated accounts at a stop, at the price they waited for, or back again, and their contracts."""
        mark, isolated, may_open = self.prices.mark, self.ledger.isolated, self.rules.may_open
        again, sold = self.reopening.orders(mark, may_open & (trading > 0))
        if not len(hits.opening) and not len(hits.stopped) and not len(again):
            return again, sold
        may_open = may_open.ravel()[isolated.book[hits.opening]]
        may_close = trading.ravel()[isolated.book[hits.stopped]] > 0
        isolated.triggers.keep_watching(np.concatenate([hits.opening[~may_open], hits.stopped[~may_close]]))
        stopped, opening = hits.stopped[may_close], hits.opening[may_open]
        ids = np.concatenate([stopped, opening, again])
        isolated.opened[ids[isolated.quantity[ids] == 0]] = self.env.now
        price = mark.ravel()[isolated.book[opening]]
        return ids, np.concatenate([-isolated.quantity[stopped], isolated.planned[opening] / price, sold])

    def _engine_orders(self, held: Floats, dt: float) -> Floats:
        """What the engines sell of what they held before this tick `[V, M]`.

        A slice, remnants whole, and after a halt all that its auction can cover.
        """
        if not held.any():
            return held
        slices = np.where(np.abs(held) * self.prices.mid < self._remnant, -1.0, np.expm1(-dt / self._slicing))
        if not (self.rules.reopened & (held != 0)).any():
            return held * slices
        return np.where(self.rules.reopened, self._covered_sale(held), held * slices)

    def _covered_sale(self, held: Floats) -> Floats:
        """The part of inventory `[V, M]` that goes before a book's price reaches the engine's bankruptcy price."""
        prices, quotes = self.prices, self.quotes
        near, down, up = quotes.near(np.vstack([-held, held[:1]]))[:-1], quotes.down[:-1], quotes.up[:-1]
        limit = np.divide(-self.ledger.engine_cash, held, out=np.ones_like(held), where=held != 0)
        edge = np.clip(np.log(np.maximum(limit, 1e-300)) - prices.fundamental, -50, 50)
        reach = ladder.quantity(edge, near, down, up) - ladder.quantity(prices.x, near, down, up)
        return np.asarray(np.sign(held) * np.clip(np.sign(held) * reach, -np.abs(held), 0.0))

    # -- afterwards -------------------------------------------------------------------------------------------------

    def _react(self) -> None:
        """Participants learn what was done to them."""
        ledger, prices = self.ledger, self.prices
        forced = self.journal.tick
        if forced:
            self._last_forced = self.env.now
            self.strategies.note(forced, prices.mark)
            self.pairs.remember(ledger.cross, self.strategies.hurt(1), prices.mark)
            isolated = len(ledger.isolated.book)
            makers = ledger.cross.rows[MAKER]
            for posting in forced:
                desks = self.strategies.are_desks(posting.account)
                if desks.any():
                    lost = np.abs(posting.quantity[desks])
                    self.orphans.add(ledger.isolated, posting.account[desks], lost, prices.index)
                row = posting.account - isolated
                hit = (row >= makers.start) & (row < makers.stop)
                if posting.shared and hit.any():
                    market = np.broadcast_to(posting.market, len(hit))[hit]
                    value = np.abs(posting.quantity[hit]) * prices.mark[ledger.cross.venue[row[hit]], market]
                    self.makers.feel((row[hit] - makers.start) // self.universe.shape[0], value)

    def _look_around(self, now: float, dt: float, halted: Bools) -> None:
        """Depth, hedge clocks, statistics, and those who observe."""
        ledger, prices, quotes = self.ledger, self.prices, self.quotes
        self.buyers.watch(prices, dt)
        self.makers.refresh(ledger.cross, prices, dt)
        quotes.advance(prices, dt, self.makers.capacity, self.makers.inventory(ledger.cross), self.rules.gathering)
        self.course.quote(now, quotes)
        if not self.over:
            self.strategies.watch(now, prices, dt)
            self.recorder.tick(prices, quotes, self.journal.tick, halted, dt)
            self.recorder.sample(now, prices, quotes, halted, self.makers.capacity)
        self.rules.tell_observers(now)
        self.journal.tick.clear()
        self.log.tick.clear()

    def _frozen(self) -> dict[str, Any]:
        """The tables and totals at the end of the scenario; what engines carry and accounts owe is unpaid."""
        ledger, prices, recorder = self.ledger, self.prices, self.recorder
        unpaid = ledger.losses(prices.mid) + ledger.debts(prices.valuation)
        for v, m in zip(*np.nonzero(unpaid > self.universe.threshold(1.0)), strict=True):
            self.log.unpaid(self.scenario.duration, int(v), int(m), float(unpaid[v, m]))
        totals = recorder.totals(unpaid) | {"ticks": self.ticks, "conservation_error": ledger.conservation_error}
        tables = {
            "legs": recorder.legs(),
            "strategies": self.strategies.table(prices),
            "books": recorder.books(unpaid, prices),
            "series": recorder.series(),
            "pools": recorder.pools(),
            "events": recorder.events(),
            "totals": totals,
        }
        self._standing = recorder.standing(prices)
        ledger.begin_burdens()
        return tables

    def record(self, policy: str) -> RunRecord:
        """The frozen tables of a run that has gone, and its fills, for which the tail is traded out first."""
        if not self.over:
            self._trade_on()
        who = (self.scenario.name, policy, self.seed)
        accounts = self.recorder.accounts(self._standing)
        fills = self.fills.table(self.prices.index, accounts["owner"].to_numpy())
        return RunRecord(*who, accounts=accounts, fills=fills, **self._tables)

    def release(self) -> None:
        """Let go of the columns of accounts that no table is made of, once the run has gone; it cannot go on."""
        self.ledger.isolated.release()
        self.ledger.cross.release()
        self.top_ups.release()
        del self.desk, self.ledger.winnings, self.ledger.repairs, self.ledger.burden, self.ledger.topped_up
