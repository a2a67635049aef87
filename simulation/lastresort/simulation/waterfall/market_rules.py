"""The rules that are asked tick by tick: which prices count, which markets are open, how much margin, who may trade."""

from collections.abc import Generator
from functools import partial
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import (
    QUESTIONS,
    Bools,
    EventKind,
    Floats,
    MarginTerms,
    OrderKind,
    Phase,
)
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.waterfall.loss_log import Happening, LossLog
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import (
    Touched,
    event_view,
    margin_view,
    order_view,
    phase_view,
    price_view,
    transfer_view,
)
from lastresort.simulation.waterfall.waiting_orders import WaitingOrders

TRADES = (OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION)
"""Three rows per market: openings, closing orders, the engine's sales."""

OPEN, _, HALT, AUCTION, SETTLE = (int(phase) for phase in Phase)


class MarketRules:
    """Phases and price bands `[V, M]` of all markets, and the rules' answers to the questions of every tick.

    `reopened` `[V, M]` marks the markets that trade in this tick and were closed in the one before. A phase that holds
    until some time ends then, in an event of its own.
    """

    def __init__(
        self, env: simpy.Environment, venues: SimulatedVenues, rulebooks: list[Rulebook], log: LossLog
    ) -> None:
        self._env = env
        self._venues, self._rulebooks, self._log = venues, rulebooks, log
        self._ledger, self._prices, self._funding = venues.ledger, venues.prices, venues.funding
        shape = venues.universe.shape
        self._rows = (np.tile(np.arange(shape[1]), len(TRADES)), np.repeat([int(kind) for kind in TRADES], shape[1]))
        self._answering = {
            question: [(v, book) for v, book in enumerate(rulebooks) if book.answers(question)]
            for question in QUESTIONS
        }
        self._own_margins = False
        self.phase = np.zeros(shape, dtype=np.int64)
        self.until = np.full(shape, np.inf)
        self._taken_in_halts = np.array([book.engine.halted for book in rulebooks])
        self._closed, self.reopened = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self.low, self.high = np.zeros(shape), np.full(shape, np.inf)

    def close(self) -> None:
        """Ask nobody any more: halts end when their time is over, and price bands with those who set them."""
        self._answering = {question: [] for question in QUESTIONS}
        self.low[:], self.high[:] = 0.0, np.inf

    @property
    def trading(self) -> Floats:
        """One where a market trades, zero where it is closed, `[V, M]`."""
        return np.asarray(self.phase < HALT, dtype=np.float64)

    @property
    def traded(self) -> Floats:
        """One where a market has traded since the last tick, zero where it was closed then, `[V, M]`."""
        return np.asarray(~self._closed, dtype=np.float64)

    @property
    def takeovers(self) -> Bools:
        """Where the engine may take positions over: in open markets, and in a halt where the policy lets it."""
        return np.asarray((self.phase < HALT) | (self._taken_in_halts[:, None] & (self.phase < SETTLE)))

    @property
    def gathering(self) -> Bools:
        """Where quotes gather for a reopening auction, `[V, M]`."""
        return np.asarray(self.phase == AUCTION)

    @property
    def band(self) -> tuple[Floats, Floats] | None:
        """Lowest and highest price each market may trade at, `[V, M]`; None where no rule has set any."""
        return None if (self.low == 0).all() and np.isinf(self.high).all() else (self.low, self.high)

    @property
    def may_open(self) -> Bools:
        """Where new positions may be opened, `[V, M]`."""
        return np.asarray(self.phase == OPEN)

    def set_prices(self, now: float) -> None:
        """Let each venue's rules replace the marks."""
        for v, rulebook in self._answering["set_prices"]:
            self._ask_prices(v, rulebook, now)

    def _ask_prices(self, v: int, rulebook: Rulebook, now: float) -> None:
        prices, funding = self._prices, self._funding
        view = price_view(self._venues.at(v, now))
        for said in rulebook.set_prices(view, lambda: {"mark": prices.mark[v]}):
            if prices.valuation is prices.mark:
                prices.valuation, prices.settlement = prices.mark.copy(), prices.mark.copy()
            prices.mark[v], prices.valuation[v], prices.settlement[v] = said.trigger, said.valuation, said.settlement
            if said.funding_cap is not None:
                funding.cap[v] = said.funding_cap
            if said.funding_interval is not None:
                funding.interval[v] = said.funding_interval

    def set_phases(self, now: float) -> None:
        """Ask whether markets open, halt or only reduce, and note which have reopened `[V, M]`."""
        self._ask_phases(now)
        closed = self.phase >= HALT
        self.reopened, self._closed = self._closed & ~closed, closed

    def _ask_phases(self, now: float) -> None:
        if not self._answering["set_phase"]:
            return
        self.low[:], self.high[:] = 0.0, np.inf
        for v, rulebook in self._answering["set_phase"]:
            view = phase_view(self._venues.at(v, now), self.phase[v], self.until[v])
            for name, said in rulebook.set_phase(view, partial(self._in_force, v)):
                self.low[v], self.high[v] = np.maximum(self.low[v], said.low), np.minimum(self.high[v], said.high)
                self._change_phase(v, name, np.asarray(said.phase), np.asarray(said.until), now)

    def _in_force(self, v: int) -> dict[str, Any]:
        """Phases of a venue's markets and when they end."""
        return {"phase": self.phase[v], "until": self.until[v]}

    def _change_phase(self, v: int, name: str, phase: Any, until: Floats, now: float) -> None:
        settled = self.phase[v] == SETTLE
        for m in np.flatnonzero(np.isin(phase, (HALT, AUCTION)) & (self.phase[v] < HALT)):
            self._log.halt(now, v, int(m), name)
        for m in np.flatnonzero((phase == SETTLE) & ~settled):
            self._settle_market(v, int(m), name, now)
        closed = settled | (phase == SETTLE)
        until = np.where(closed, np.inf, until)
        for m in np.flatnonzero((until != self.until[v]) & np.isfinite(until)):
            self._env.process(self._end(v, int(m), float(until[m])))
        self.phase[v], self.until[v] = np.where(closed, SETTLE, phase), until

    def _end(self, v: int, m: int, until: float) -> Generator[simpy.Event, Any, None]:
        """A phase ends at its own time, unless it was changed before."""
        yield self._env.timeout(max(until - self._env.now, 0.0))
        if self.until[v, m] == until:
            self.phase[v, m], self.until[v, m] = OPEN, np.inf

    def _settle_market(self, v: int, m: int, name: str, now: float) -> None:
        price, mark = float(self._prices.settlement[v, m]), float(self._prices.valuation[v, m])
        with self._ledger.journal.stage(name, now):
            self._ledger.settle_market(v, m, price, mark)

    def set_margins(self, now: float) -> None:
        """Let each venue's rules replace the margin terms for this tick; without an opinion they are the scenario's."""
        if not self._answering["require_margin"]:
            return
        said = [
            (v, terms)
            for v, rulebook in self._answering["require_margin"]
            if (terms := rulebook.require_margin(margin_view(self._venues.at(v, now)))) is not None
        ]
        if said or self._own_margins:
            self._set_margins(said)
        self._own_margins = bool(said)

    def _set_margins(self, said: list[tuple[int, MarginTerms]]) -> None:
        isolated, cross = self._ledger.isolated, self._ledger.cross
        scale = np.ones(self.phase.shape)
        rate = cross.base_rate.copy()
        for v, terms in said:
            scale[v], rate[v] = terms.isolated_scale, terms.cross_rate
        if not np.array_equal(scale, isolated.scale):
            isolated.set_rates(scale)
        if not np.array_equal(rate, cross.rate):
            cross.set_rates(rate)

    def admit_orders(self, orders: Orders, now: float) -> None:
        """Ask about each market's openings, closing and liquidation orders; what is refused may come again."""
        if not self._answering["admit"]:
            return
        waiting = WaitingOrders(orders, self._ledger.isolated)
        shares = None
        for v, rulebook in self._answering["admit"]:
            view = order_view(self._venues.at(v, now), *self._rows, partial(waiting.quantity, v))
            said = rulebook.admission(view)
            if said is not None:
                shares = np.ones((len(TRADES), *self.phase.shape)) if shares is None else shares
                shares[:, v] = said[0].reshape(len(TRADES), -1)
        if shares is not None:
            self._ledger.isolated.triggers.keep_watching(waiting.keep(*shares))

    def admit_transfer(self, venue: int, account: int, amount: float, now: float) -> tuple[float, float]:
        """Share of an account's transfer out of `venue` that may pass, and the share of it the venue keeps."""
        rulebook = self._rulebooks[venue]
        if not rulebook.answers("admit"):
            return 1.0, 0.0
        passing, haircut = rulebook.admit(transfer_view(self._venues.at(venue, now), amount, account))
        return float(passing[0]), float(haircut[0])

    def tell_observers(self, now: float) -> None:
        """Tell those who want to know what happened in the tick."""
        if not self._answering["observe"]:
            return
        events = self._log.tick + self._takeovers()
        for v, rulebook in self._answering["observe"]:
            mine = [event for event in events if event.venue == v]
            if mine:
                rows = zip(*(event[:5] for event in mine), strict=True)
                kind, _, market, contracts, dollars = (np.array(column) for column in rows)
                state = self._venues.at(v, now)
                rulebook.observe(event_view(state, kind, market, contracts, dollars, _touched(mine)))

    def _takeovers(self) -> list[Happening]:
        """Takeovers and liquidation orders: contracts are those taken, and USD what they are worth at the mark."""
        events = []
        for posting in self._ledger.journal.tick:
            if not posting.shared:
                kind, venue = int(EventKind[posting.cause.name]), self._ledger.venue_of(posting.account)
                value = np.abs(posting.quantity) * posting.mark
                lost = posting.quantity * (posting.price - posting.mark)
                for k, (v, m, taken, dollars) in enumerate(
                    zip(venue, posting.market, -posting.quantity, value, strict=True)
                ):
                    to_whom = (posting.account[k : k + 1], posting.quantity[k : k + 1], lost[k : k + 1])
                    events.append(Happening(kind, int(v), int(m), float(taken), float(dollars), *to_whom))
        return events


def _touched(events: list[Happening]) -> Touched:
    """To whom some events happened."""
    row = np.repeat(np.arange(len(events)), [len(event.account) for event in events])
    account, changed, lost = (np.concatenate([event[5 + k] for event in events]) for k in range(3))
    return account, row, changed, lost
