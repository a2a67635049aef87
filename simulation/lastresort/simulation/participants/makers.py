"""Market makers: capacity to quote, inventory moved into spot, failure, and the shock of being deleveraged."""

import math
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import MAKER
from lastresort.simulation.kernels.hedging import hedged
from lastresort.simulation.kernels.netting import filled
from lastresort.simulation.kernels.quoting import quoting_weights
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
        equity = cross.entity_equity(MAKER, flat)
        self._start = equity, equity.sum(axis=1)
        self._borrowed = cross.maker_spot.sum(axis=1) + cross.maker_spot_cash
        self.shock, self.failed = np.zeros(makers.entities), np.zeros(makers.entities, dtype=bool)
        self.quoting = np.tile(self._weight[:, None], (1, universe.shape[0]))
        self.capacity = self.quoting.sum(axis=0)

    def refresh(self, cross: Cross, prices: Prices, dt: float) -> None:
        """Renew quoting weights `[E, V]`: entity weight x capital left, there and in all (at most 1) x (1 - shock)."""
        self.shock *= np.exp(-dt / self._settings.deleveraging_memory)
        spot = cross.maker_spot @ prices.index + cross.maker_spot_cash - self._borrowed
        self.quoting, self.capacity = quoting_weights(
            cross.tensor(MAKER),
            cross.entity_cash(MAKER),
            prices.valuation,
            spot,
            self._start,
            self._weight,
            self.shock,
            self.failed,
        )

    def inventory(self, cross: Cross) -> Floats:
        """Contracts held beyond the starting position, `[V, M]`."""
        return np.asarray(np.add.reduce(cross.tensor(MAKER)) - self._start_inventory)

    def fills(self, near_fill: Floats, flow: Floats, bought: Floats) -> tuple[Floats, Floats]:
        """The other side of `flow` `[V, M]`: makers `[E, V, M]`, together `near_fill`, and value buyers `[V, M]`.

        Value buyers' accounts also take what buyers of the fall have `bought` `[V, M]`.
        """
        return filled(self.quoting, near_fill, flow, bought)

    def hedges(self, cross: Cross, prices: Prices, quotes: Quotes, trading: Floats, dt: float) -> Hedges:
        """Move net delta into spot with time constant `hedge_time`, no further than to where both prices are equal.

        A hedge moves risk and is no second sale: what spot takes on, the perpetual books' quotes come back by, so that
        a sale of Q ends at the common price -Q / (n_perpetual + n_spot) with hedges as without them. Beyond that makers
        wait for those whose arrival refills the spot book.
        """
        share = -math.expm1(-dt / self._settings.hedge_time)
        absorbed, position = -dt * self._absorbed, cross.tensor(MAKER)
        books = (prices.displacement, quotes.sides, trading)
        moved = hedged(position, cross.maker_spot, self.failed, *books, share, absorbed, quotes.depth[-1])
        return Hedges(*moved)

    def feel(self, entity: Ints, notional: Floats) -> None:
        """Withdraw quotes after `notional` of an entity's positions was closed for others' losses."""
        if self._settings.withdraw:
            np.add.at(self.shock, entity, self._settings.deleveraging_shock * notional / self.gross[entity])
