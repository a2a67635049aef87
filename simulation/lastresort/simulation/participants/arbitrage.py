"""Cross-venue arbitrageurs: they trade price gaps away while collateral lasts, and repair legs they have lost."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import ARBITRAGE
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
        self._weight = universe.depth_share[:, None]

    def orders(
        self, cross: Cross, prices: Prices, near: Floats, dt: float, trading: Floats, hurt: Bools
    ) -> Floats | None:
        """What to trade now, or None; `near` is depth `[V, M]`, `hurt` marks entities with legs taken from them."""
        position = cross.tensor(ARBITRAGE)
        demand = self._demand(prices, near, dt, trading, len(position))
        wanted = None if demand is None else self._affordable(demand, cross, prices, position)
        if not hurt.any():
            return wanted
        repairs = np.zeros_like(position)
        repairs[hurt] = self._repairs(position[hurt], dt, trading)
        return repairs if wanted is None else wanted + repairs

    def _demand(self, prices: Prices, near: Floats, dt: float, trading: Floats, entities: int) -> Floats | None:
        """Each entity's wish `[V, M]`: depth x (gap beyond the threshold) x (1 - e^(-dt / tau)) / entities."""
        weight = self._weight * trading
        total = weight.sum(axis=0)
        mean = (weight * prices.x).sum(axis=0) / np.where(total > 0, total, 1.0)
        gap = (mean - prices.x) * trading
        excess = np.maximum(np.abs(gap) - self._threshold, 0.0)
        if not excess.any():
            return None
        return np.asarray(np.sign(gap) * excess * near * (-np.expm1(-dt / self._time) / entities))

    def _affordable(self, demand: Floats, cross: Cross, prices: Prices, position: Floats) -> Floats:
        """Clip what would grow a position to free collateral, and what would shrink it to its size; then balance."""
        equity = cross.entity_equity(ARBITRAGE, prices.mark)
        free = np.maximum(equity * self._leverage - cross.entity_notional(ARBITRAGE, prices.mark), 0.0)
        growing = demand * position >= 0
        need = (np.abs(demand) * prices.mark * growing).sum(axis=2)
        scale = np.minimum(1.0, np.divide(free, need, out=np.ones_like(need), where=need > 0))
        shrinking = np.sign(demand) * np.minimum(np.abs(demand), np.abs(position)) * (equity > 0)[:, :, None]
        wanted = np.where(growing, demand * scale[:, :, None], shrinking)
        buys, sells = np.maximum(wanted, 0), np.maximum(-wanted, 0)
        bought, sold = buys.sum(axis=1, keepdims=True), sells.sum(axis=1, keepdims=True)
        both = np.minimum(bought, sold)
        buys *= np.divide(both, bought, out=np.zeros_like(both), where=bought > 0)
        sells *= np.divide(both, sold, out=np.zeros_like(both), where=sold > 0)
        return np.asarray(buys - sells)

    def _repairs(self, position: Floats, dt: float, trading: Floats) -> Floats:
        """Close the side of a market that exceeds the other, in proportion to what is held at each venue."""
        net = position.sum(axis=1, keepdims=True)
        excess_side = np.where(position * net > 0, np.abs(position), 0.0) * trading
        total = excess_side.sum(axis=1, keepdims=True)
        share = np.divide(excess_side, total, out=np.zeros_like(excess_side), where=total > 0)
        return np.asarray(net * share * np.expm1(-dt / self._repair))
