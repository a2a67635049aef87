"""Cross-venue arbitrageurs: they trade price gaps away while collateral lasts, and repair legs they have lost."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import ARBITRAGE
from lastresort.simulation.kernels.gaps import add_repairs, affordable, gap_demand
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


class Arbitrage:
    """Orders of all arbitrageurs, `[A, V, M]` contracts that sum to zero over venues except for repairs."""

    def __init__(self, universe: Universe) -> None:
        desks = universe.scenario.desks
        self._threshold = desks.arbitrage_threshold
        self._time = desks.arbitrage_time
        self._leverage = desks.arbitrage_leverage
        self._repair = desks.rehedge_time
        self._weight = universe.depth_share

    def orders(
        self, cross: Cross, prices: Prices, near: Floats, dt: float, trading: Floats, hurt: Bools
    ) -> Floats | None:
        """What to trade now, or None; `near` is depth `[V, M]`, `hurt` marks entities with legs taken from them."""
        position = cross.tensor(ARBITRAGE)
        share = -math.expm1(-dt / self._time) / max(len(position), 1)
        wide, wish = gap_demand(prices.x, self._weight, trading, near, self._threshold, share)
        if not wide and not hurt.any():
            return None
        orders = (
            affordable(wish, position, cross.entity_cash(ARBITRAGE), prices.mark, self._leverage)
            if wide
            else np.zeros_like(position)
        )
        add_repairs(orders, position, hurt, trading, math.expm1(-dt / self._repair))
        return orders
