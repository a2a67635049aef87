"""What makers do about their net delta in a tick."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.walks import slope_at


@compiled
def spot_room(
    displacement: Floats, sides: tuple[Floats, Floats, Floats, Floats], trading: Floats
) -> tuple[Floats, Floats, Floats]:
    """How far the perpetuals' price is from spot's, contracts that close that gap, and each venue's part of them.

    Returns gap y - mean x `[M]`, most = gap s_perp s_spot / (s_perp + s_spot) `[M]`, and shares `[V, M]` of s_perp, the
    sum of the local slopes of the books that trade. `sides` are bid, ask, down and up.
    """
    bid, ask, down, up = sides
    venues, markets = trading.shape
    gap, most, share = np.zeros(markets), np.zeros(markets), np.zeros((venues, markets))
    for m in range(markets):
        whole, weighted = 0.0, 0.0
        for v in range(venues):
            x, near = displacement[v, m], 0.5 * (bid[v, m] + ask[v, m])
            share[v, m] = slope_at(x, near, down[v, m], up[v, m]) * trading[v, m]
            whole += share[v, m]
            weighted += share[v, m] * x
        if whole > 0:
            y, near = displacement[venues, m], 0.5 * (bid[venues, m] + ask[venues, m])
            spot = slope_at(y, near, down[venues, m], up[venues, m])
            gap[m] = y - weighted / whole
            most[m] = gap[m] * whole * spot / (whole + spot)
            for v in range(venues):
                share[v, m] /= whole
    return gap, most, share


@compiled
def hedged(
    position: Floats,
    spot: Floats,
    failed: Bools,
    displacement: Floats,
    sides: tuple[Floats, Floats, Floats, Floats],
    trading: Floats,
    share: float,
    absorbed: float,
    spot_depth: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Spot orders `[E, M]`, what is laid off `[E, M]`, and what perpetual books take on again `[V, M]`.

    Each maker moves a `share` of its net delta, together no more than closes the gap to spot; of the rest a share
    1 - e^(`absorbed` x spot depth) is laid off with those whose arrival refills the spot book.
    """
    gap, most, part = spot_room(displacement, sides, trading)
    entities, venues, markets = position.shape
    orders, laid_off = np.zeros((entities, markets)), np.zeros((entities, markets))
    returned, delta = np.zeros((venues, markets)), np.zeros((entities, markets))
    for e in range(entities):
        for m in range(0 if failed[e] else markets):
            for v in range(venues):
                delta[e, m] += position[e, v, m]
            delta[e, m] += spot[e, m]
    for m in range(markets):
        moved, back = 0.0, 0.0
        for e in range(entities):
            wanted = delta[e, m] * share
            orders[e, m] = wanted if wanted * gap[m] > 0 else 0.0
            moved += orders[e, m]
        scale = min(1.0, most[m] / moved) if moved != 0 else 1.0
        refill = -math.expm1(absorbed * spot_depth[m])
        for e in range(entities):
            wanted = orders[e, m] * scale
            back += wanted
            orders[e, m], laid_off[e, m] = -wanted, -((delta[e, m] - wanted) * refill)
        for v in range(venues):
            returned[v, m] = part[v, m] * back
    return orders, laid_off, returned
