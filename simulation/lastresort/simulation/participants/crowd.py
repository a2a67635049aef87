"""Hazards of whole cells: panic, profit taking, and the voluntary unwinding of basis trades."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population import (
    BASIS,
    INSTITUTION,
    ISOLATED_COHORTS,
    MOMENTUM,
    RETAIL,
    SHORT,
    WHALE,
)
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


class Crowd:
    """Fraction of every cell that closes in one tick."""

    def __init__(self, universe: Universe) -> None:
        s = universe.scenario
        self._shape = (len(ISOLATED_COHORTS), *universe.shape)
        self._panic_start = universe.by_market(s.retail.panic_start)
        self._panic_time = s.retail.panic_time
        self._institutional = s.retail.institutional_panic
        self._profit_start = universe.by_market(s.shorts.take_profit_start)
        self._profit_scale = universe.by_market(s.shorts.take_profit_scale)
        self._profit_time = s.shorts.take_profit_time
        self._discount = s.desks.basis_threshold
        self._basis_rate = s.desks.basis_rate

    def closing(self, prices: Prices, dt: float, trading: Floats) -> Floats | None:
        """Fractions `[K, V, M]`: 1 - exp(-hazard dt), zero where a market is halted; None if nobody closes.

        Panic ((d - d0) / d0)+ / T and profit taking ((d - d0) / d1)+ / T on the fall d from the recent high;
        basis desks at a rate proportional to the perpetual's discount to spot beyond a threshold.
        """
        hazard = np.zeros(self._shape)
        fall = prices.drawdown
        panic = np.maximum(fall / self._panic_start - 1, 0.0) / self._panic_time
        hazard[RETAIL] = panic
        hazard[INSTITUTION] = hazard[WHALE] = self._institutional * panic
        gain = np.maximum(fall - self._profit_start, 0.0) / (self._profit_scale * self._profit_time)
        hazard[SHORT] = gain
        hazard[MOMENTUM] = gain
        hazard[BASIS] = self._basis_rate * np.maximum(prices.index / prices.mid - 1 - self._discount, 0.0)
        hazard *= trading
        return np.asarray(-np.expm1(-hazard * dt)) if hazard.any() else None
