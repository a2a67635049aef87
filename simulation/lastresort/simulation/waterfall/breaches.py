"""Positions below maintenance margin: who they are, and what a rule sees of them."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, BreachView, Floats, Ints, frozen
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import VAULT
from lastresort.simulation.market.impact import relative_price
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.candidates import pair_hedge


class Positions(NamedTuple):
    """Breached positions, one row each; equity, need and notional (USD) are those of the position's margin unit."""

    account: Ints
    market: Ints
    quantity: Floats
    equity: Floats
    need: Floats
    notional: Floats
    isolated: Bools

    def bankruptcy_price(self, mark: Floats) -> Floats:
        """Price that uses up a position's share, by notional, of its margin unit's equity, at marks `[n]`."""
        price: Floats = mark * (1 - np.sign(self.quantity) * self.equity / self.notional)
        return price

    def where(self, keep: Bools | Ints) -> "Positions":
        """The rows to keep."""
        return Positions._make(column[keep] for column in self)


def positions(ledger: Ledger, prices: Prices, ids: Ints, rows: Ints) -> Positions:
    """All positions of isolated accounts `ids` and cross-margin accounts `rows`, with their margin units."""
    isolated, cross = ledger.isolated, ledger.cross
    markets = len(prices.index)
    book, q = isolated.book[ids], isolated.quantity[ids]
    mark = prices.mark.ravel()[book]
    size = np.abs(q) * mark
    equity = isolated.cash[ids] + q * mark
    alone = Positions(ids, book % markets, q, equity, isolated.rate[ids] * size, size, np.ones(len(ids), dtype=bool))
    if not len(rows):
        return alone
    row, market = np.nonzero(cross.quantity[rows])
    account, held = rows[row] + len(isolated.book), cross.quantity[rows[row], market]
    equity, need, notional = (f(prices.mark, rows)[row] for f in (cross.equity, cross.maintenance, cross.notional))
    crossed = Positions(account, market, held, equity, need, notional, np.zeros(len(row), dtype=bool))
    return Positions._make(np.concatenate(pair) for pair in zip(alone, crossed, strict=True))


class Breaches:
    """Remembers since when each account is in breach and how many orders were sent in its name, and makes views."""

    def __init__(self, universe: Universe, ledger: Ledger, prices: Prices, quotes: Quotes) -> None:
        self._universe, self._ledger, self._prices, self._quotes = universe, ledger, prices, quotes
        accounts = len(ledger.isolated.book) + len(ledger.cross)
        self._round = 0
        self._seen, self._start = np.full(accounts, -2), np.zeros(accounts)
        self._orders = np.zeros(accounts, dtype=np.int64)

    def note(self, account: Ints, time: float) -> None:
        """These accounts are in breach in this tick; a breach not seen in the tick before is a new one."""
        self._round += 1
        new = account[self._seen[account] < self._round - 1]
        self._start[new], self._orders[new] = time, 0
        self._seen[account] = self._round

    def skip(self) -> None:
        """Nobody is in breach in this tick."""
        self._round += 1

    def note_orders(self, account: Ints) -> None:
        """An order was sent in the name of these accounts."""
        self._orders[np.unique(account)] += 1

    def view(self, venue: int, held: Positions, time: float) -> BreachView:
        """What the rules of one venue see of its breached positions."""
        mark = self._prices.mark[venue, held.market]
        return BreachView(
            time=time,
            account=frozen(held.account),
            market=frozen(held.market),
            quantity=frozen(held.quantity),
            mark=frozen(mark),
            bankruptcy_price=frozen(held.bankruptcy_price(mark)),
            equity=frozen(held.equity),
            maintenance=frozen(held.need),
            unit_notional=frozen(held.notional),
            isolated=frozen(held.isolated),
            hedge=frozen(self._hedge(held)),
            impact=frozen(self._impact(venue, held, mark)),
            since=frozen(time - self._start[held.account]),
            orders=frozen(self._orders[held.account]),
            vault=frozen(self._vaults(held)),
        )

    def _hedge(self, held: Positions) -> Floats:
        row = held.account - len(self._ledger.isolated.book)
        hedge = np.zeros(len(row))
        crossed = ~held.isolated
        hedge[crossed] = pair_hedge(self._ledger, self._universe, self._prices, row[crossed], held.market[crossed])
        return hedge

    def _impact(self, venue: int, held: Positions, mark: Floats) -> Floats:
        """Loss against the mark from selling each whole position into today's book, as a fraction of its value."""
        average = relative_price(self._prices, self._quotes, venue, held.market, -held.quantity)
        price = np.exp(self._prices.fundamental[held.market]) * average
        return np.asarray(np.maximum(np.sign(held.quantity) * (1 - price / mark), 0.0))

    def _vaults(self, held: Positions) -> Bools:
        vaults, row = self._ledger.cross.rows[VAULT], held.account - len(self._ledger.isolated.book)
        return np.asarray((row >= vaults.start) & (row < vaults.stop))
