"""Market makers: capacity to quote, inventory hedged in spot, and the shock of being deleveraged."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import MAKER
from lastresort.simulation.universe import Universe


class MarketMakers:
    """Quoting weights and hedges of all makers; `shock` `[E]` is the share of quotes withdrawn after deleveraging."""

    def __init__(self, universe: Universe, cross: Cross) -> None:
        makers = universe.scenario.makers
        self._settings = makers
        position = cross.tensor(MAKER)
        self.gross = np.abs(position).sum(axis=(1, 2))
        self._weight = self.gross / max(float(self.gross.sum()), 1e-300)
        self._start_inventory = position.sum(axis=0)
        self._start_equity = self._equity(cross, np.ones(universe.shape))
        self.shock = np.zeros(makers.entities)
        self.quoting = np.tile(self._weight[:, None], (1, universe.shape[0]))

    def refresh(self, cross: Cross, mark: Floats, dt: float) -> None:
        """Renew quoting weights `[E, V]`: entity weight x capital left (at most 1) x (1 - shock)."""
        self.shock *= np.exp(-dt / self._settings.deleveraging_memory)
        start = self._start_equity
        left = np.divide(self._equity(cross, mark), start, out=np.zeros_like(start), where=start > 0)
        left = np.clip(left, 0.0, 1.0)
        self.quoting = self._weight[:, None] * left * (1 - np.minimum(self.shock, 1.0))[:, None]

    @property
    def capacity(self) -> Floats:
        """Quoting weight left at each venue, `[V]`, 1 at the start."""
        capacity: Floats = self.quoting.sum(axis=0)
        return capacity

    def inventory(self, cross: Cross) -> Floats:
        """Contracts held beyond the starting position, `[V, M]`."""
        inventory: Floats = cross.tensor(MAKER).sum(axis=0) - self._start_inventory
        return inventory

    def fills(self, near_fill: Floats) -> Floats:
        """Split the makers' part of each book's trades `[V, M]` over entities, `[E, V, M]`."""
        capacity = self.capacity
        share = np.divide(self.quoting, capacity, out=np.zeros_like(self.quoting), where=capacity > 0)
        return np.asarray(share[:, :, None] * near_fill)

    def hedges(self, cross: Cross, dt: float) -> Floats:
        """Spot orders `[E, M]`: net delta is closed with time constant `hedge_time`."""
        delta = cross.tensor(MAKER).sum(axis=1) + cross.maker_spot
        return np.asarray(delta * np.expm1(-dt / self._settings.hedge_time))

    def feel(self, entity: Ints, notional: Floats) -> None:
        """Withdraw quotes after `notional` of an entity's positions was closed for others' losses."""
        if self._settings.withdraw:
            np.add.at(self.shock, entity, self._settings.deleveraging_shock * notional / self.gross[entity])

    def _equity(self, cross: Cross, mark: Floats) -> Floats:
        return cross.entity_equity(MAKER, mark)
