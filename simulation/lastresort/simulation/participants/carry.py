"""Carry desks: they buy the cheaper of spot and perpetual and sell the dearer one, as far as their capital reaches."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import CARRY
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
        self._weight = universe.depth_share[:, None]
        self._markets = np.arange(universe.shape[1])
        self._rows = np.arange(len(cross))[cross.rows[CARRY]]

    def orders(
        self, cross: Cross, prices: Prices, quotes: Quotes, dt: float, trading: Floats
    ) -> tuple[Ints, Ints, Floats]:
        """Account, market and contracts: excess basis / (1 / s_perpetual + 1 / s_spot) x (1 - e^(-dt / time)).

        s are the local slopes of the books, of spot the share that goes with the venue's depth.
        """
        basis = prices.x - prices.y
        excess = np.maximum(basis - self._settings.premium, 0.0) + np.minimum(basis + self._settings.discount, 0.0)
        excess = excess * trading
        if not excess.any():
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        slope = quotes.slope(prices.displacement)
        spot = self._weight * slope[-1]
        wanted = -excess * slope[:-1] * spot / (slope[:-1] + spot) * -np.expm1(-dt / self._settings.time)
        wanted = self._affordable(wanted, cross, prices)
        row, market = np.nonzero(wanted)
        return self._rows[row], market, wanted[row, market]

    def _affordable(self, wanted: Floats, cross: Cross, prices: Prices) -> Floats:
        """Clip what would grow a position to the leverage allowed; what shrinks one always passes."""
        held = cross.quantity[self._rows]
        equity = np.maximum(cross.equity(prices.mark, self._rows), 0.0)
        free = np.maximum(equity * self._settings.leverage - cross.notional(prices.mark, self._rows), 0.0)
        growing = wanted * held >= 0
        need = (np.abs(wanted) * prices.mark * growing).sum(axis=1)
        scale = np.minimum(1.0, np.divide(free, need, out=np.ones_like(need), where=need > 0))
        shrinking = np.sign(wanted) * np.minimum(np.abs(wanted), np.abs(held))
        return np.where(growing, wanted * scale[:, None], shrinking)

    def spot_orders(self, cross: Cross, orders: Orders, dt: float) -> Floats:
        """Signed contracts of spot `[M]`: the other side of what they trade now, and repairs of legs they have lost."""
        mine = orders.legs[0] >= self._rows[0]
        traded = np.bincount(orders.legs[1][mine], orders.rested[mine], len(self._markets))
        lost = cross.quantity[self._rows].sum(axis=0) + cross.carry_spot
        return np.asarray(lost * np.expm1(-dt / self._rehedge) - traded)

    def settle(self, cross: Cross, spot: Floats, price: Floats) -> None:
        """Book spot trades `[M]` at spot prices `[M]`."""
        cross.carry_spot += spot
        cross.carry_spot_cash -= float(spot @ price)
