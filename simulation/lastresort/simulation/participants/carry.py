"""Carry desks: they buy the cheaper of spot and perpetual and sell the dearer one, as far as their capital reaches."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.orders import NOBODY, Orders
from lastresort.simulation.accounts.population import CARRY
from lastresort.simulation.kernels.resting import basis_wish, carried, carry_hedges
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe


class Carry:
    """Orders of the carry desks, one account per venue; their spot `[M]` is held outside the exchanges.

    Beyond a premium they sell perpetuals and buy spot, beyond a (larger) discount the reverse: what links spot to the
    perpetuals is that somebody trades both.
    """

    def __init__(self, universe: Universe, cross: Cross) -> None:
        desks = universe.scenario.carry
        self._settings = desks
        self._rehedge = universe.scenario.desks.rehedge_time
        self._weight = universe.depth_share
        self._rows = np.arange(len(cross))[cross.rows[CARRY]]

    def orders(
        self, cross: Cross, prices: Prices, quotes: Quotes, dt: float, trading: Floats
    ) -> tuple[Ints, Ints, Floats]:
        """Account, market and contracts: excess basis / (1 / s_perpetual + 1 / s_spot) x (1 - e^(-dt / time)).

        s are the local slopes of the books, of spot the share that goes with the venue's depth.
        """
        desks = self._settings
        bounds, share = (desks.premium, desks.discount), -math.expm1(-dt / desks.time)
        anybody, wish = basis_wish(prices.displacement, quotes.sides, self._weight, trading, bounds, share)
        if not anybody:
            return NOBODY
        return carried(wish, int(self._rows[0]), cross.quantity, cross.cash, prices.mark, desks.leverage)

    def spot_orders(self, cross: Cross, orders: Orders, dt: float) -> Floats:
        """Signed contracts of spot `[M]`: the other side of what they trade now, and repairs of legs they have lost."""
        rate = math.expm1(-dt / self._rehedge)
        first = int(self._rows[0])
        return carry_hedges(*orders.legs, orders.rested, first, cross.quantity, cross.carry_spot, rate)

    def settle(self, cross: Cross, spot: Floats, price: Floats) -> None:
        """Book spot trades `[M]` at spot prices `[M]`."""
        cross.carry_spot += spot
        cross.carry_spot_cash -= float(spot @ price)
