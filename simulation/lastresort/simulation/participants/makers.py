"""Market makers: capacity to quote, inventory moved into spot, failure, and the shock of being deleveraged."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import MAKER
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe


class Hedges(NamedTuple):
    """What makers do about their net delta in one tick, signed contracts.

    `orders` `[E, M]` trade in the spot book; `laid_off` `[E, M]` goes at its price to those whose arrival refills it;
    `returned` `[V, M]` is what perpetual books take on again as inventory leaves.
    """

    orders: Floats
    laid_off: Floats
    returned: Floats


class MarketMakers:
    """Quoting weights and hedges of all makers; `shock` `[E]` is the share of quotes withdrawn after deleveraging.

    A maker's capital is all it holds: margin at every venue and the profit of its spot, which was bought with borrowed
    money. Its quotes shrink with its capital, and with none left it has `failed` `[E]` for good: no quotes, no hedges.
    """

    def __init__(self, universe: Universe, cross: Cross) -> None:
        makers = universe.scenario.makers
        self._settings = makers
        self._absorbed = np.log(2) / universe.scenario.books.recovery
        position = cross.tensor(MAKER)
        self.gross = np.abs(position).sum(axis=(1, 2))
        self._weight = self.gross / max(float(self.gross.sum()), 1e-300)
        self._start_inventory = position.sum(axis=0)
        flat = np.ones(universe.shape)
        self._start_equity = cross.entity_equity(MAKER, flat)
        self._borrowed = cross.maker_spot.sum(axis=1) + cross.maker_spot_cash
        self.shock, self.failed = np.zeros(makers.entities), np.zeros(makers.entities, dtype=bool)
        self.quoting = np.tile(self._weight[:, None], (1, universe.shape[0]))

    def refresh(self, cross: Cross, prices: Prices, dt: float) -> None:
        """Renew quoting weights `[E, V]`: entity weight x capital left, there and in all (at most 1) x (1 - shock)."""
        self.shock *= np.exp(-dt / self._settings.deleveraging_memory)
        equity = cross.entity_equity(MAKER, prices.valuation)
        spot = cross.maker_spot @ prices.index + cross.maker_spot_cash - self._borrowed
        capital = equity.sum(axis=1) + spot
        self.failed |= capital <= 0
        here = np.clip(_share(equity, self._start_equity), 0.0, 1.0)
        whole = np.clip(_share(capital, self._start_equity.sum(axis=1)), 0.0, 1.0) * ~self.failed
        left = np.minimum(here, whole[:, None])
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

    def fills_at(self, venue: int, near_fill: Floats) -> Floats:
        """The same at one venue: `[M]` over entities, `[E, M]`."""
        quoting, capacity = self.quoting[:, venue], self.capacity[venue]
        share = quoting / capacity if capacity > 0 else np.zeros_like(quoting)
        return np.asarray(share[:, None] * near_fill)

    def hedges(self, cross: Cross, prices: Prices, quotes: Quotes, trading: Bools, dt: float) -> Hedges:
        """Move net delta into spot with time constant `hedge_time`, no further than to where both prices are equal.

        A hedge moves risk and is no second sale: what spot takes on, the perpetual books' quotes come back by, so that
        a sale of Q ends at the common price -Q / (n_perpetual + n_spot) with hedges as without them. Beyond that makers
        wait for those whose arrival refills the spot book.
        """
        delta = np.where(self.failed[:, None], 0.0, cross.tensor(MAKER).sum(axis=1) + cross.maker_spot)
        slope = quotes.slope(prices.displacement)
        perpetual = slope[:-1] * trading
        total = perpetual.sum(axis=0)
        mean = np.divide((perpetual * prices.x).sum(axis=0), total, out=prices.y.copy(), where=total > 0)
        gap = prices.y - mean
        most = np.divide(gap * total * slope[-1], total + slope[-1], out=np.zeros_like(gap), where=total > 0)
        wanted = delta * -np.expm1(-dt / self._settings.hedge_time)
        wanted = np.where(wanted * gap > 0, wanted, 0.0)
        moved = wanted.sum(axis=0)
        scale = np.minimum(1.0, np.divide(most, moved, out=np.zeros_like(most), where=moved != 0))
        wanted = wanted * scale
        returned = np.divide(perpetual, total, out=np.zeros_like(perpetual), where=total > 0) * wanted.sum(axis=0)
        laid_off = (delta - wanted) * -np.expm1(-dt * self._absorbed * quotes.depth[-1])
        return Hedges(-wanted, -laid_off, returned)

    def feel(self, entity: Ints, notional: Floats) -> None:
        """Withdraw quotes after `notional` of an entity's positions was closed for others' losses."""
        if self._settings.withdraw:
            np.add.at(self.shock, entity, self._settings.deleveraging_shock * notional / self.gross[entity])


def _share(part: Floats, whole: Floats) -> Floats:
    """Part over whole, zero where there is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
