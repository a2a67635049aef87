"""The rules that are asked tick by tick: which prices count, which markets are open, how much margin, who may trade."""

from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    QUESTIONS,
    EventKind,
    EventView,
    Floats,
    MarginView,
    OrderKind,
    OrderView,
    Phase,
    PhaseView,
    PriceView,
    frozen,
)
from lastresort.simulation.accounts.ledger import Ledger, Orders
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.rulebook import Rulebook

OPEN, REDUCE_ONLY, HALT = (int(phase) for phase in Phase)


class MarketRules:
    """Phases `[V, M]` of all markets, and the answers of all venues' rules to the questions of every tick."""

    def __init__(
        self,
        universe: Universe,
        ledger: Ledger,
        prices: Prices,
        quotes: Quotes,
        rulebooks: list[Rulebook],
        log: LossLog,
    ) -> None:
        self._interest = universe.open_interest
        self._ledger, self._prices, self._quotes, self._log = ledger, prices, quotes, log
        self._rulebooks = rulebooks
        self._answering = {
            question: [(v, book) for v, book in enumerate(rulebooks) if book.answers(question)]
            for question in QUESTIONS
        }
        self.phase = np.zeros(universe.shape, dtype=np.int64)
        self.until = np.full(universe.shape, np.inf)

    @property
    def trading(self) -> Floats:
        """One where a market trades, zero where it is halted, `[V, M]`."""
        return np.asarray(self.phase != HALT, dtype=np.float64)

    def may_open(self, book: Any) -> Any:
        """Whether new positions may be opened in these books."""
        return (self.phase != REDUCE_ONLY).ravel()[book]

    def set_prices(self, now: float) -> None:
        """Let each venue's rules replace the marks."""
        for v, rulebook in self._answering["set_prices"]:
            self._ask_prices(v, rulebook, now)

    def _ask_prices(self, v: int, rulebook: Rulebook, now: float) -> None:
        prices = self._prices
        if prices.valuation is prices.mark:
            prices.valuation, prices.settlement = prices.mark.copy(), prices.mark.copy()
        view = PriceView(
            now, frozen(prices.index), frozen(prices.mid[v]), frozen(prices.mark[v]), frozen(prices.previous_mark[v])
        )
        for said in rulebook.set_prices(view):
            prices.mark[v], prices.valuation[v], prices.settlement[v] = said.trigger, said.valuation, said.settlement

    def set_phases(self, now: float) -> None:
        """End phases that are over, then ask whether markets open, halt or only reduce."""
        over = self.until <= now
        if over.any():
            self.phase[over], self.until[over] = OPEN, np.inf
        prices = self._prices
        for v, rulebook in self._answering["set_phase"]:
            view = PhaseView(
                now,
                frozen(prices.index),
                frozen(prices.mid[v]),
                frozen(prices.mark[v]),
                frozen(self.phase[v]),
                frozen(self.until[v]),
            )
            for name, said in rulebook.set_phase(view):
                self._change_phase(v, name, np.asarray(said.phase), np.asarray(said.until), now)

    def _change_phase(self, v: int, name: str, phase: Any, until: Floats, now: float) -> None:
        for m in np.flatnonzero((phase == HALT) & (self.phase[v] != HALT)):
            self._log.halt(now, v, int(m), name)
        self.phase[v], self.until[v] = phase, until

    def set_margins(self, now: float) -> None:
        """Let each venue's rules replace the margin terms."""
        if not self._answering["require_margin"]:
            return
        isolated, cross, prices = self._ledger.isolated, self._ledger.cross, self._prices
        scale = np.ones(self.phase.shape)
        rate = cross.rate.copy()
        interest = self._ledger.open_interest()
        for v, rulebook in self._answering["require_margin"]:
            view = MarginView(
                now,
                frozen(prices.mark[v]),
                frozen(interest[v]),
                frozen(self._interest[v]),
                frozen(self._quotes.volatility[v]),
            )
            terms = rulebook.require_margin(view)
            if terms is not None:
                scale[v], rate[v] = terms.isolated_scale, terms.cross_rate
        if not np.array_equal(scale, isolated.scale):
            isolated.set_rates(scale)
        if not np.array_equal(rate, cross.rate):
            cross.set_rates(rate)

    def admit_orders(self, orders: Orders, now: float) -> None:
        """Ask about each market's closing and liquidation orders; what is refused may come again."""
        if not self._answering["admit"]:
            return
        prices, M = self._prices, self.phase.shape[1]
        contracts = self._ledger.isolated.contracts.reshape(self._ledger.isolated.shape)
        cells: Floats = np.zeros(contracts.shape) if orders.cells is None else orders.cells
        closing = -(cells * contracts).sum(axis=0)
        market = np.tile(np.arange(M), 2)
        kind = np.repeat([int(OrderKind.CLOSE), int(OrderKind.LIQUIDATION)], M)
        for v, rulebook in self._answering["admit"]:
            quantity = np.concatenate([closing[v], orders.engine[v]])
            columns = (prices.index[market], prices.mark[v, market], prices.mid[v, market])
            view = OrderView(now, frozen(market), frozen(kind), frozen(quantity), *map(frozen, columns))
            passing = rulebook.admit(view)
            cells[:, v] *= passing[:M]
            orders.engine[v] *= passing[M:]
        orders.cells = cells if cells.any() else None

    def admit_transfer(self, venue: int, amount: float, now: float) -> float:
        """Share of a transfer out of `venue` that may pass."""
        rulebook = self._rulebooks[venue]
        if not rulebook.answers("admit"):
            return 1.0
        one = frozen(np.ones(1))
        market, kind = frozen(np.array([-1])), frozen(np.array([int(OrderKind.TRANSFER)]))
        return float(rulebook.admit(OrderView(now, market, kind, frozen(amount * one), one, one, one))[0])

    def tell_observers(self, now: float) -> None:
        """Tell those who want to know what happened in the tick."""
        if not self._answering["observe"]:
            return
        events = self._log.tick + self._takeovers()
        for v, rulebook in self._answering["observe"]:
            mine = [event for event in events if event[1] == v]
            if mine:
                kind, _, market, contracts, dollars = (frozen(np.array(column)) for column in zip(*mine, strict=True))
                rulebook.observe(EventView(now, kind, market, contracts, dollars, frozen(self._ledger.fund[v])))

    def _takeovers(self) -> list[tuple[int, int, int, float, float]]:
        """Events of the tick: kind, venue, market, contracts seized (signed) and their value in USD."""
        events = []
        for action in self._ledger.forced:
            if not action.shared:
                venue = self._ledger.venue_of(action.account)
                value = np.abs(action.quantity) * self._prices.mark[venue, action.market]
                for v, m, taken, dollars in zip(venue, action.market, -action.quantity, value, strict=True):
                    events.append((int(EventKind.TAKEOVER), int(v), int(m), float(taken), float(dollars)))
        return events
