"""Positions below maintenance margin: who they are, and for how long they have been."""

import numpy as np

from lastresort.mechanisms.contract import Bools, BreachView, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.state import BreachedPositions
from lastresort.simulation.waterfall.views import breach_view


def positions(ledger: Ledger, prices: Prices, ids: Ints, rows: Ints) -> BreachedPositions:
    """All positions of isolated accounts `ids` and cross-margin accounts `rows`, with their margin units."""
    isolated, cross = ledger.isolated, ledger.cross
    markets = len(prices.index)
    book, q = isolated.book[ids], isolated.quantity[ids]
    mark = prices.mark.ravel()[book]
    size = np.abs(q) * mark
    equity = isolated.cash[ids] + q * mark
    alone = BreachedPositions(
        ids, book % markets, q, equity, isolated.rate[ids] * size, size, np.ones(len(ids), dtype=bool)
    )
    if not len(rows):
        return alone
    row, market = np.nonzero(cross.quantity[rows])
    account, held = rows[row] + len(isolated.book), cross.quantity[rows[row], market]
    equity, need, notional = (f(prices.mark, rows)[row] for f in (cross.equity, cross.maintenance, cross.notional))
    crossed = BreachedPositions(account, market, held, equity, need, notional, np.zeros(len(row), dtype=bool))
    return BreachedPositions._make(np.concatenate(pair) for pair in zip(alone, crossed, strict=True))


class Breaches:
    """Remembers since when each account is in breach and how many orders were sent in its name, and makes views."""

    def __init__(self, venues: SimulatedVenues) -> None:
        self._venues = venues
        accounts = len(venues.ledger.isolated.book) + len(venues.ledger.cross)
        self._round = 2
        self._seen, self._start, self._orders = (demand_zeros(accounts) for _ in range(3))

    def note(self, account: Ints, time: float, resting: Bools) -> None:
        """These accounts are in breach in this tick; a breach not seen in the tick before is a new one.

        Those that are `resting` (all accounts) are as they were.
        """
        self._round += 1
        self._seen[resting] = self._round
        new = account[self._seen[account] < self._round - 1]
        self._start[new], self._orders[new] = time, 0
        self._seen[account] = self._round

    def note_orders(self, account: Ints) -> None:
        """An order was sent in the name of these accounts, one each, however many positions it is about."""
        self._orders[account] += 1

    def view(self, venue: int, held: BreachedPositions, time: float) -> BreachView:
        """What the rules of one venue see of its breached positions."""
        since = time - self._start[held.account]
        return breach_view(self._venues.at(venue, time), held, since, self._orders[held.account].astype(np.int64))
