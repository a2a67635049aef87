"""What becomes of the engine's losses: surplus to the fund, then backstops, then accounts, in the policy's order."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import (
    Allocation,
    Bools,
    CashKind,
    CashView,
    Floats,
    Ints,
    LossEvent,
    LossSharing,
    ResidualView,
    frozen,
)
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market import ladder
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.candidates import opposite_side
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.rulebook import Rulebook


@dataclass
class Residual:
    """One venue's open losses while its waterfall is asked: rows `[n]` are markets, money in USD."""

    venue: int
    time: float
    market: Ints
    deficit: Floats
    shortfall: Floats
    promised: Floats

    @property
    def uncovered(self) -> Floats:
        """What nobody has paid or promised."""
        return np.maximum(self.shortfall - self.promised, 0.0)


class Resolution:
    """Settles the liquidation engines of all venues after each tick."""

    def __init__(
        self,
        universe: Universe,
        seed: int,
        ledger: Ledger,
        prices: Prices,
        quotes: Quotes,
        rulebooks: list[Rulebook],
        log: LossLog,
    ) -> None:
        self._universe, self._seed = universe, seed
        self._ledger, self._prices, self._quotes = ledger, prices, quotes
        self._rulebooks, self._log = rulebooks, log
        self._cushion = universe.scenario.margin.surplus_above
        self._small = universe.scenario.margin.remnant
        self._events = np.zeros(universe.shape, dtype=np.int64)

    def settle(self, time: float, due: Bools) -> None:
        """Go through the waterfall of every venue in `due` `[V]` whose engine holds inventory or a loss."""
        ledger = self._ledger
        busy = (ledger.engine_quantity != 0) | (np.abs(ledger.engine_cash) > self._small)
        busy &= due[:, None]
        if not busy.any():
            return
        value = ledger.engine_cash + ledger.engine_quantity * self._prices.mid
        self._give_surplus(np.where(busy, value, 0.0), time)
        lost = ledger.engine_cash + self._sale_value()
        for v in np.flatnonzero(busy.any(axis=1)):
            market = np.flatnonzero(busy[v])
            deficit = np.maximum(-value[v, market], 0.0)
            shortfall = np.maximum(deficit, -lost[v, market])
            self._resolve(Residual(int(v), time, market, deficit, shortfall, np.zeros(len(market))))

    def _sale_value(self) -> Floats:
        """What selling each engine's whole inventory into today's book would bring, `[V, M]` USD."""
        quotes, prices, flow = self._quotes, self._prices, -self._ledger.engine_quantity
        near = np.where(flow < 0, quotes.bid[:-1], quotes.ask[:-1])
        end = ladder.walk(prices.x, flow, near, quotes.down[:-1], quotes.up[:-1])
        average = ladder.average_price(prices.x, end, flow, near, quotes.down[:-1], quotes.up[:-1])
        return np.asarray(-flow * np.exp(prices.fundamental) * average)

    def _give_surplus(self, value: Floats, time: float) -> None:
        ledger = self._ledger
        held = np.abs(ledger.engine_quantity) * self._prices.mid
        surplus = np.maximum(value - self._cushion * held, 0.0)
        surplus[surplus < self._small] = 0.0
        if not surplus.any():
            return
        to_fund = np.ones_like(surplus)
        for v in np.flatnonzero(surplus.any(axis=1)):
            if self._rulebooks[v].answers("route_cash"):
                kind = np.full(len(ledger.pool), int(CashKind.LIQUIDATION_SURPLUS))
                routed = self._rulebooks[v].route_cash(self._cash_view(int(v), time, kind, ledger.pool, surplus[v]))
                to_fund[v] = 1.0 if routed is None else routed
        ledger.give_surplus(surplus, to_fund)

    def route_fees(self, time: float) -> None:
        """Ask where the trading fees go; without an answer they go to the venue's treasury."""
        ledger = self._ledger
        for venue, rulebook in enumerate(self._rulebooks):
            share = np.zeros(ledger.fund.shape[1])
            if rulebook.answers("route_cash"):
                pool = np.arange(len(share))
                amount = ledger.fees[venue] * self._pool_weight[venue]
                kind = np.full(len(pool), int(CashKind.TRADING_FEE))
                routed = rulebook.route_cash(self._cash_view(venue, time, kind, pool, amount))
                share = share if routed is None else routed * self._pool_weight[venue]
            ledger.give_fees(venue, share)

    @property
    def _pool_weight(self) -> Floats:
        interest = np.array([np.bincount(self._universe.tier, row, 3) for row in self._universe.open_interest])
        return np.asarray(interest / interest.sum(axis=1, keepdims=True))

    def _cash_view(self, venue: int, time: float, kind: Ints, pool: Ints, amount: Floats) -> CashView:
        ledger = self._ledger
        balance, peak = frozen(ledger.fund[venue]), frozen(ledger.fund_peak[venue])
        return CashView(time, frozen(kind), frozen(pool), frozen(amount), balance, peak)

    # -- the waterfall ----------------------------------------------------------------------------------------------

    def _resolve(self, residual: Residual) -> None:
        rulebook = self._rulebooks[residual.venue]
        for stage in range(rulebook.absorbers):
            self._absorb(rulebook, stage, residual)
        if not residual.uncovered.any():
            return
        severity = rulebook.share_loss(self._view(residual))
        if severity is not None:
            self._share(rulebook, residual, severity[1])

    def _view(self, residual: Residual) -> ResidualView:
        ledger, v, market = self._ledger, residual.venue, residual.market
        quantity, cash = ledger.engine_quantity[v, market], ledger.engine_cash[v, market]
        price = np.divide(-cash, quantity, out=np.full(len(market), np.nan), where=quantity != 0)
        return ResidualView(
            time=residual.time,
            market=frozen(market),
            inventory=frozen(quantity),
            cash=frozen(cash),
            mark=frozen(self._prices.settlement[v, market]),
            bankruptcy_price=frozen(price),
            deficit=frozen(residual.deficit),
            shortfall=frozen(residual.shortfall),
            uncovered=frozen(residual.uncovered),
            pool=frozen(ledger.pool[market]),
            pool_balance=frozen(ledger.fund[v]),
            pool_peak=frozen(ledger.fund_peak[v]),
        )

    def _absorb(self, rulebook: Rulebook, stage: int, residual: Residual) -> None:
        answer = rulebook.absorb(self._view(residual), stage)
        if answer is None:
            return
        name, said = answer
        if said.pay.any() or said.take.any():
            self._ledger.absorb(said.payer, residual.venue, residual.market, said.pay, said.take)
            self._log.absorption(residual.time, residual.venue, residual.market, name, said)
        keep = 1 - said.take
        residual.deficit = np.maximum(residual.deficit - said.pay, 0.0) * keep
        residual.shortfall = np.maximum(residual.shortfall - said.pay, 0.0) * keep
        residual.promised = residual.promised + said.standby

    def _share(self, rulebook: Rulebook, residual: Residual, severity: LossSharing) -> None:
        ledger, v = self._ledger, residual.venue
        for k, m in enumerate(residual.market):
            contracts = severity.contracts[k] * ledger.engine_quantity[v, m]
            dollars = min(float(severity.dollars[k]), float(residual.deficit[k]))
            for stage in range(rulebook.allocators):
                if abs(contracts) * self._prices.mid[v, m] <= self._small and dollars <= self._small:
                    break
                contracts, dollars = self._allocate(rulebook, stage, v, int(m), residual.time, contracts, dollars)

    def _allocate(
        self, rulebook: Rulebook, stage: int, venue: int, market: int, time: float, contracts: float, dollars: float
    ) -> tuple[float, float]:
        """Ask one stage, post its answer, and return what is still to be placed and collected."""
        event = self._event(venue, market, time, contracts, dollars)
        answer = rulebook.allocate(event, stage) if len(event.candidates.account) else None
        if answer is None:
            return contracts, dollars
        name, said = answer
        self._post(venue, market, event, name, said)
        return contracts - np.sign(contracts) * float(said.close.sum()), dollars - float(said.charge.sum())

    def _event(self, venue: int, market: int, time: float, contracts: float, dollars: float) -> LossEvent:
        ledger, prices = self._ledger, self._prices
        held = ledger.engine_quantity[venue, market]
        side = np.sign(held) if held else np.sign(prices.index[market] - prices.mid[venue, market])
        self._events[venue, market] += 1
        number = int(self._events[venue, market])
        purpose = ("mechanism", self._universe.venues[venue], self._universe.markets[market], number)
        return LossEvent(
            time=time,
            market=market,
            contracts=float(contracts),
            dollars=float(dollars),
            bankruptcy_price=max(float(-ledger.engine_cash[venue, market] / held), 1e-9) if held else float("nan"),
            mark=float(prices.settlement[venue, market]),
            previous_mark=float(prices.previous_mark[venue, market]),
            index=float(prices.index[market]),
            fund=float(ledger.fund[venue, ledger.pool[market]]),
            candidates=opposite_side(ledger, self._universe, prices, venue, market, float(side) or 1.0),
            random=lambda: stream(self._seed, *purpose),
        )

    def _post(self, venue: int, market: int, event: LossEvent, name: str, said: Allocation) -> None:
        holders, ledger = event.candidates, self._ledger
        closing, charged = said.close > 0, said.charge > 0
        if closing.any():
            quantity = -np.sign(holders.quantity[closing]) * said.close[closing]
            winner = np.asarray(said.winner_price)[closing]
            account = holders.account[closing]
            ledger.deleverage(account, venue, market, quantity, winner, said.loser_price, said.gap_payer, event.mark)
            self._log.deleveraging(event, venue, name, quantity, winner)
        if charged.any():
            ledger.charge(holders.account[charged], venue, market, said.charge[charged])
            self._log.charge(event, venue, name, said.charge[charged])
