"""Which fraction of every cell closes in a tick."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population.cohorts import (
    BASIS,
    INSTITUTION,
    ISOLATED_COHORTS,
    MOMENTUM,
    RETAIL,
    SHORT,
    WHALE,
)
from lastresort.simulation.kernels.compiled import compiled

COHORTS = len(ISOLATED_COHORTS)


@compiled
def closing(
    mark: Floats,
    high: Floats,
    index: Floats,
    mid: Floats,
    trading: Floats,
    dt: float,
    panic_start: Floats,
    profit_start: Floats,
    profit_time: Floats,
    rates: tuple[float, float, float, float],
) -> tuple[bool, Floats]:
    """Whether anybody closes, and fractions `[K, V, M]`: 1 - exp(-hazard dt), zero where a market is halted.

    With fall d = 1 - mark / high: panic ((d - d0) / d0)+ / T, profit taking ((d - d0) / d1)+ / T (`profit_time` is
    d1 T), and basis desks at a rate times (index / mid - 1 - discount)+. `rates` are the panic's T, what institutions
    feel of it, the basis desks' rate and their discount.
    """
    panic_time, institutional, basis_rate, discount = rates
    venues, markets = mark.shape
    fraction = np.zeros((COHORTS, venues, markets))
    anybody = False
    for v in range(venues):
        for m in range(markets):
            fall = 1 - mark[v, m] / high[v, m]
            panic = max(fall / panic_start[m] - 1, 0.0) / panic_time
            gain = max(fall - profit_start[m], 0.0) / profit_time[m]
            unwinding = basis_rate * max(index[m] / mid[v, m] - 1 - discount, 0.0)
            if trading[v, m] > 0 and (panic > 0 or gain > 0 or unwinding > 0):
                anybody = True
                fraction[RETAIL, v, m] = -math.expm1(-panic * dt)
                fraction[INSTITUTION, v, m] = -math.expm1(-(institutional * panic) * dt)
                fraction[WHALE, v, m] = fraction[INSTITUTION, v, m]
                fraction[SHORT, v, m] = -math.expm1(-gain * dt)
                fraction[MOMENTUM, v, m] = fraction[SHORT, v, m]
                fraction[BASIS, v, m] = -math.expm1(-unwinding * dt)
    return anybody, fraction
