"""Posts what rules say about losses to a sample venue, so that the next question is about what is left."""

from dataclasses import replace

import numpy as np

from lastresort.mechanisms.contract import Absorption, Allocation, Floats, Ints, LossEvent, Payer
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.simulation.waterfall.open_losses import OpenLosses


class SamplePostings:
    """The books of one sample venue; columns are replaced and never written, so that views stay what they were."""

    def __init__(self, venue: SampleVenue) -> None:
        self._venue = venue

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None:
        """A backstop pays, and takes inventory at what the engine has booked for it."""
        venue, market = self._venue, losses.market
        pay, take = self._column(market, said.pay), self._column(market, said.take)
        quantity, cash = venue.inventory * take, (venue.engine_cash + pay) * take
        venue.inventory, venue.engine_cash = venue.inventory - quantity, venue.engine_cash + pay - cash
        self._pay(said.payer, pay, said.drawn)
        if said.payer is Payer.VAULT:
            venue.vault_equity = venue.vault_equity + self._by_pool(quantity * venue.mark + cash)
            venue.vault_notional = venue.vault_notional + self._by_pool(np.abs(quantity) * venue.mark)

    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None:
        """Accounts close or take over at the winner's price, the engine trades at the loser's, and charges are paid."""
        moved = np.sign(event.contracts) * (said.close + np.asarray(said.assign))
        winner = np.broadcast_to(np.asarray(said.winner_price, dtype=np.float64), moved.shape)
        self._trade(event, moved, winner, np.asarray(said.charge))
        gap = float((moved * (said.loser_price - winner)).sum())
        market, booked = np.array([event.market]), float((moved * said.loser_price + said.charge).sum())
        self._venue.inventory = self._venue.inventory - self._column(market, moved.sum())
        self._venue.engine_cash = self._venue.engine_cash + self._column(market, booked)
        self._pay(said.gap_payer, self._column(market, gap), None)
        self._venue.claims += float(said.charge.sum()) * bool(said.claim)

    def _trade(self, event: LossEvent, moved: Floats, price: Floats, charge: Floats) -> None:
        """A position that grows averages its entry, one that shrinks keeps it, one that turns enters anew."""
        who, m, mark = self._venue.accounts, event.market, self._venue.mark[event.market]
        rows = who.find(event.candidates.account)
        before, entry = who.quantity[rows, m], who.entry[rows, m]
        after = before + moved
        grows, turns = (before * moved >= 0) & (moved != 0), before * after < 0
        average = (before * entry + moved * price) / np.where(after == 0, 1.0, after)
        entered = np.where(grows, average, np.where(turns, price, entry))
        equity_change = moved * (mark - price) - charge
        quantity, entries, cash = who.quantity.copy(), who.entry.copy(), who.cash.copy()
        cash[rows] += equity_change + before * (mark - entry) - after * (mark - entered)
        quantity[rows, m], entries[rows, m] = after, entered
        self._venue.accounts = replace(who, quantity=quantity, entry=entries, cash=cash)

    def _pay(self, payer: Payer, amount: Floats, drawn: Floats | None) -> None:
        """USD for each market `[M]` out of somebody's purse; a backstop's has no bottom."""
        venue = self._venue
        if payer is Payer.FUND:
            share = self._by_pool(amount) if drawn is None else amount.sum() * drawn
            venue.pool_balance = venue.pool_balance - share
            venue.pool_peak = np.maximum(venue.pool_peak, venue.pool_balance)
            venue.fund_result = venue.fund_result - amount
        elif payer is Payer.VAULT:
            venue.vault_equity = venue.vault_equity - self._by_pool(amount)
        elif payer is Payer.CAPITAL:
            venue.capital -= float(amount.sum())
        elif payer is Payer.DEFAULT_FUND:
            venue.default_fund -= float(amount.sum())

    def _by_pool(self, amount: Floats) -> Floats:
        return np.asarray(np.bincount(self._venue.pool, amount, len(self._venue.pool_balance)))

    def _column(self, market: Ints, values: Floats | float) -> Floats:
        column = np.zeros(len(self._venue.mark))
        column[market] = values
        return column
