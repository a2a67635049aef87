"""Basis desks whose short was closed by force: spot without a hedge, most of which they sell."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.universe import Universe

NOTHING = np.empty(0)


class Orphans:
    """Spot that lost its short; a share of it is sold with the desks' re-hedging time, the rest is kept."""

    def __init__(self, universe: Universe) -> None:
        desks = universe.scenario.desks
        self._share = desks.orphan_sold
        self._time = desks.rehedge_time
        self._markets = universe.shape[1]

    def add(self, isolated: Isolated, ids: Ints, contracts: Floats, index: Floats) -> None:
        """Note that these basis desks lost `contracts` (> 0) of their short while spot stood at `index` `[M]`."""
        worth = isolated.sellable[ids] * isolated.broken_at[ids]
        worth += self._share * contracts * index[isolated.book[ids] % self._markets]
        isolated.orphan[ids] += contracts
        isolated.sellable[ids] += self._share * contracts
        sellable = isolated.sellable[ids]
        isolated.broken_at[ids] = np.divide(worth, sellable, out=isolated.broken_at[ids], where=sellable > 0)
        isolated.orphaned = np.union1d(isolated.orphaned, ids)

    def sales(self, isolated: Isolated, dt: float) -> tuple[Floats, Floats]:
        """Spot to sell now: per desk (aligned with an inner list), and per market `[M]`, both positive."""
        if not len(isolated.orphaned):
            return NOTHING, np.zeros(self._markets)
        sold = isolated.sellable[isolated.orphaned] * -np.expm1(-dt / self._time)
        market = isolated.book[isolated.orphaned] % self._markets
        return sold, np.bincount(market, sold, self._markets).astype(np.float64)

    def settle(self, ledger: Ledger, sold: Floats, price: Floats) -> None:
        """Book the sales at spot prices `[M]`."""
        isolated, ids = ledger.isolated, ledger.isolated.orphaned
        if not len(ids):
            return
        paid = price[isolated.book[ids] % self._markets]
        ledger.repairs.note(ids, -sold, paid, isolated.broken_at[ids])
        isolated.orphan[ids] -= sold
        isolated.sellable[ids] -= sold
        isolated.spot_cash[ids] += sold * paid
