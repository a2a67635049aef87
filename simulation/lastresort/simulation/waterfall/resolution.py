"""What becomes of the engine's losses: stage by stage through the policy, each asked about what is left."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    Bools,
    Floats,
    Ints,
    LossEvent,
    LossSharing,
    LossStage,
    ResidualView,
    Scope,
    frozen,
)
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.impact import relative_price
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.candidates import CandidateBook
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.treasury import Treasury

CENT = 0.01
DUST = 1e-9


@dataclass
class Severity:
    """What is still to be placed (signed contracts) and collected (USD) in each market `[n]`, and from whom."""

    contracts: Floats
    dollars: Floats
    scope: Scope


@dataclass
class Residual:
    """One venue's open losses while its waterfall is asked: rows `[n]` are markets, money in USD.

    `severity` is what a rule has set for the stages after it; None as long as no rule has.
    """

    venue: int
    time: float
    final: bool
    market: Ints
    deficit: Floats
    shortfall: Floats
    promised: Floats
    open_interest: Floats
    venue_equity: float
    severity: Severity | None = None

    @property
    def uncovered(self) -> Floats:
        """What nobody has paid or promised; less than a cent is rounding."""
        left = self.shortfall - self.promised
        return np.where(left > CENT, left, 0.0)


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
        candidates: CandidateBook,
        log: LossLog,
    ) -> None:
        self._universe, self._seed = universe, seed
        self._ledger, self._prices, self._quotes = ledger, prices, quotes
        self._rulebooks, self._candidates, self._log = rulebooks, candidates, log
        self._treasury = Treasury(universe, ledger, prices, rulebooks)
        self._small = universe.scenario.margin.remnant
        self._lot = universe.by_market(universe.scenario.backstops.lot)
        self._events = np.zeros(universe.shape, dtype=np.int64)

    def settle(self, time: float, due: Bools, final: bool = False) -> None:
        """Go through the waterfall of every venue in `due` `[V]` whose engine holds inventory or a loss."""
        ledger = self._ledger
        busy = (ledger.engine_quantity != 0) | (np.abs(ledger.engine_cash) > self._small)
        busy &= due[:, None]
        if not busy.any():
            return
        self._treasury.give_surplus(busy, time)
        for v in np.flatnonzero(busy.any(axis=1)):
            market = np.flatnonzero(busy[v])
            deficit, shortfall = self._losses(int(v), market)
            interest, equity = ledger.open_interest_at(int(v))[market], ledger.equity_at(int(v), self._prices.valuation)
            nothing = np.zeros(len(market))
            residual = Residual(int(v), time, final, market, deficit, shortfall, nothing, interest, equity)
            for stage in self._rulebooks[v].losses:
                self._ask(stage, residual)

    def route_fees(self, time: float) -> None:
        """Ask where the trading fees go; without an answer they go to the venue's treasury."""
        self._treasury.route_fees(time)

    def _losses(self, venue: int, market: Ints) -> tuple[Floats, Floats]:
        """What is lost at mid prices, and what selling everything into today's book would lose, `[n]` USD."""
        ledger, prices = self._ledger, self._prices
        held, cash = ledger.engine_quantity[venue, market], ledger.engine_cash[venue, market]
        deficit = ledger.losses(prices.mid)[venue, market]
        average = relative_price(prices, self._quotes, venue, market, -held)
        proceeds = held * np.exp(prices.fundamental[market]) * average
        return deficit, np.maximum(deficit, -(cash + proceeds))

    # -- the waterfall ----------------------------------------------------------------------------------------------

    def _ask(self, stage: LossStage, residual: Residual) -> None:
        """One stage: what it absorbs, then what it shares, about what is left."""
        rulebook = self._rulebooks[residual.venue]
        if stage.absorb is not None:
            said = rulebook.absorb(self._view(residual), stage)
            if said is not None:
                self._absorb(residual, stage.name, said)
        if stage.share_loss is None and stage.allocate is None:
            return
        severity = self._severity(residual)
        if stage.share_loss is not None:
            answer = rulebook.share_loss(self._view(residual), stage)
            severity = severity if answer is None else self._asked(residual, answer)
            if stage.allocate is None:
                residual.severity = severity
        if stage.allocate is not None:
            self._share(stage, residual, severity)

    def _severity(self, residual: Residual) -> Severity:
        """What a rule has set, or else the inventory behind every uncovered loss, to place with the opposite side."""
        if residual.severity is not None:
            return residual.severity
        held = self._ledger.engine_quantity[residual.venue, residual.market]
        share = np.divide(residual.uncovered, residual.shortfall, out=np.zeros(len(held)), where=residual.shortfall > 0)
        return Severity(np.minimum(share, 1.0) * held, np.zeros(len(held)), Scope.OPPOSITE)

    def _asked(self, residual: Residual, said: LossSharing) -> Severity:
        held = self._ledger.engine_quantity[residual.venue, residual.market]
        return Severity(said.contracts * held, np.minimum(said.dollars, residual.deficit), said.scope)

    def _view(self, residual: Residual) -> ResidualView:
        ledger, pockets, v, market = self._ledger, self._ledger.pockets, residual.venue, residual.market
        held, cash = ledger.engine_quantity[v, market], ledger.engine_cash[v, market]
        holds = np.abs(held) > DUST
        severity, vaults, mark = self._severity(residual), ledger.cross.vaults(v), self._prices.valuation
        asked = np.divide(severity.contracts, held, out=np.zeros(len(market)), where=holds)
        return ResidualView(
            time=residual.time,
            market=frozen(market),
            inventory=frozen(held),
            cash=frozen(cash),
            mark=frozen(self._prices.settlement[v, market]),
            bankruptcy_price=frozen(np.divide(-cash, held, out=np.full(len(market), np.nan), where=holds)),
            deficit=frozen(residual.deficit),
            shortfall=frozen(residual.shortfall),
            uncovered=frozen(residual.uncovered),
            pool=frozen(ledger.pool[market]),
            pool_balance=frozen(pockets.fund[v]),
            pool_peak=frozen(pockets.fund_peak[v]),
            contracts=frozen(np.clip(asked, 0.0, 1.0)),
            dollars=frozen(np.minimum(severity.dollars, residual.deficit)),
            fund_result=frozen(pockets.fund_result[v, market]),
            open_interest=frozen(residual.open_interest),
            vault_equity=frozen(ledger.cross.equity(mark, vaults)),
            vault_notional=frozen(ledger.cross.notional(mark, vaults)),
            capital=float(pockets.capital[v]),
            default_fund=float(pockets.default_fund[v]),
            venue_equity=residual.venue_equity,
            final=residual.final,
        )

    def _absorb(self, residual: Residual, name: str, said: Absorption) -> None:
        if said.pay.any() or said.take.any():
            market = residual.market
            self._ledger.absorb(said.payer, residual.venue, market, said.pay, said.take, said.drawn)
            self._log.absorption(residual.time, residual.venue, market, name, said)
            residual.deficit, residual.shortfall = self._losses(residual.venue, market)
        residual.promised = residual.promised + said.standby

    def _share(self, stage: LossStage, residual: Residual, severity: Severity) -> None:
        """Ask one rule about every market with something to place or to collect; what it does not, stays."""
        v, held, before = residual.venue, self._ledger.engine_quantity, len(self._log.rows)
        for k, m in enumerate(residual.market):
            still_held = np.sign(held[v, m]) * min(abs(severity.contracts[k]), abs(held[v, m]))
            dollars = min(float(severity.dollars[k]), float(residual.deficit[k]))
            if abs(still_held) * self._prices.mid[v, m] > self._small or dollars > self._small:
                contracts, collected = self._allocate(stage, residual, k, float(still_held), dollars, severity.scope)
                severity.contracts[k] = still_held - contracts
                severity.dollars[k] = dollars - collected
        if len(self._log.rows) > before:
            residual.deficit, residual.shortfall = self._losses(v, residual.market)

    def _allocate(
        self, stage: LossStage, residual: Residual, row: int, contracts: float, dollars: float, scope: Scope
    ) -> tuple[float, float]:
        """Ask one stage about one market; returns what it placed (signed contracts) and collected (USD)."""
        event = self._event(residual, row, contracts, dollars, scope)
        said = self._rulebooks[residual.venue].allocate(event, stage) if len(event.candidates.account) else None
        if said is None:
            return 0.0, 0.0
        self._post(residual.venue, event, stage.name, said)
        return float(np.sign(contracts) * (said.close + said.assign).sum()), float(said.charge.sum())

    def _event(self, residual: Residual, row: int, contracts: float, dollars: float, scope: Scope) -> LossEvent:
        ledger, prices, venue, market = self._ledger, self._prices, residual.venue, int(residual.market[row])
        held = ledger.engine_quantity[venue, market]
        side = float(np.sign(held) if held else np.sign(prices.index[market] - prices.mid[venue, market])) or 1.0
        self._events[venue, market] += 1
        number = int(self._events[venue, market])
        purpose = ("mechanism", self._universe.venues[venue], self._universe.markets[market], number)
        pool = ledger.pool[market]
        return LossEvent(
            time=residual.time,
            market=market,
            contracts=contracts,
            dollars=dollars,
            bankruptcy_price=self._bankruptcy_price(venue, market),
            mark=float(prices.settlement[venue, market]),
            previous_mark=float(prices.previous_mark[venue, market]),
            index=float(prices.index[market]),
            last_settlement=float(ledger.winnings.last_mark[venue, market]),
            fund=float(ledger.pockets.fund[venue, pool]),
            fund_peak=float(ledger.pockets.fund_peak[venue, pool]),
            uncovered=float(residual.uncovered[row]),
            lot=float(self._lot[market]),
            scope=scope,
            candidates=self._candidates.candidates(venue, market, side, scope),
            random=lambda: stream(self._seed, *purpose),
        )

    def _bankruptcy_price(self, venue: int, market: int) -> float:
        """The price at which the engine ends with nothing, NaN where it holds nothing."""
        held = float(self._ledger.engine_quantity[venue, market])
        return max(-float(self._ledger.engine_cash[venue, market]) / held, 1e-9) if abs(held) > DUST else float("nan")

    def _post(self, venue: int, event: LossEvent, name: str, said: Allocation) -> None:
        holders, ledger, log, side = event.candidates, self._ledger, self._log, np.sign(event.contracts)
        for amount, forced, note in (
            (said.close, True, log.deleveraging),
            (np.asarray(said.assign), False, log.assignment),
        ):
            rows = amount > 0
            if rows.any():
                quantity, winner = side * amount[rows], np.asarray(said.winner_price)[rows]
                gap = float((quantity * (said.loser_price - winner)).sum())
                account, market = holders.account[rows], event.market
                prices = (winner, said.loser_price, said.gap_payer, event.mark)
                ledger.deleverage(account, venue, market, quantity, *prices, forced=forced)
                note(event, venue, name, quantity, winner)
                log.gap(venue, market, said.gap_payer, gap)
        charged = said.charge > 0
        if charged.any():
            ledger.charge(holders.account[charged], venue, event.market, said.charge[charged], said.claim)
            log.charge(event, venue, name, said.charge[charged])
