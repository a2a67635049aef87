"""The orders of a tick as the rules are asked about them: by book and kind, and cut to what passes."""

from functools import cached_property

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.orders import Orders


class WaitingOrders:
    """Openings, closing orders and the engines' sales of all books `[V, M]`, added up when somebody asks for them."""

    def __init__(self, orders: Orders, isolated: Isolated) -> None:
        self._orders, self._isolated = orders, isolated

    def quantity(self, venue: int) -> Floats:
        """Signed contracts at a venue: a row per market of openings, then of closing orders, then of sales."""
        return np.concatenate([self._opened[venue], self._closed[venue], self._orders.engine[venue]])

    def keep(self, opens: Floats, closes: Floats, sales: Floats) -> Ints:
        """Cut all orders to the shares `[V, M]` that pass, and return the accounts of which nothing is left.

        Stops close whole or not at all.
        """
        orders, opening = self._orders, self._opening
        if orders.cells is not None:
            cells = orders.cells * closes
            orders.cells = cells if cells.any() else None
        orders.engine *= sales
        orders.single = orders.single * np.where(opening, opens.ravel()[self._book], closes.ravel()[self._book] >= 1)
        return orders.drop_refused()

    @cached_property
    def _book(self) -> Ints:
        return self._isolated.book[self._orders.ids]

    @cached_property
    def _opening(self) -> Bools:
        return self._isolated.grows(self._orders.ids, self._orders.single)

    @cached_property
    def _opened(self) -> Floats:
        return self._by_book(self._opening)

    @cached_property
    def _closed(self) -> Floats:
        closed = self._by_book(~self._opening)
        if self._orders.cells is not None:
            contracts = self._isolated.contracts.reshape(self._isolated.shape)
            closed = closed - (self._orders.cells * contracts).sum(axis=0)
        return closed

    def _by_book(self, mine: Bools) -> Floats:
        shape = self._isolated.shape[1:]
        total = np.bincount(self._book[mine], self._orders.single[mine], int(np.prod(shape)))
        return total.astype(np.float64).reshape(shape)
