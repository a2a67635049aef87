"""Basis desks whose short was closed by force: spot without a hedge, most of which they sell."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.universe import Universe


class Orphans:
    """Spot that lost its short; a share of it is sold with the desks' re-hedging time, the rest is kept."""

    def __init__(self, universe: Universe) -> None:
        desks = universe.scenario.desks
        self._share = desks.orphan_sold
        self._time = desks.rehedge_time
        self._markets = universe.shape[1]
        self._ids = np.empty(0, dtype=np.int64)

    def add(self, isolated: Isolated, ids: Ints, contracts: Floats) -> None:
        """Note that these basis desks lost `contracts` (> 0) of their short."""
        isolated.orphan[ids] += contracts
        isolated.sellable[ids] += self._share * contracts
        self._ids = np.union1d(self._ids, ids)

    def sales(self, isolated: Isolated, dt: float) -> tuple[Floats, Floats]:
        """Spot to sell now: per desk (aligned with an inner list), and per market `[M]`, both positive."""
        sold = isolated.sellable[self._ids] * -np.expm1(-dt / self._time)
        market = isolated.book[self._ids] % self._markets
        return sold, np.bincount(market, sold, self._markets).astype(np.float64)

    def settle(self, isolated: Isolated, sold: Floats, price: Floats) -> None:
        """Book the sales at spot prices `[M]`."""
        ids = self._ids
        isolated.orphan[ids] -= sold
        isolated.sellable[ids] -= sold
        isolated.spot_cash[ids] += sold * price[isolated.book[ids] % self._markets]
