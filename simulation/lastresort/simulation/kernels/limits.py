"""Liquidation orders of one venue against its ladders: how far each limit reaches, and who is filled."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.walks import quantity_at

FURTHEST = 50.0
"""Log displacement beyond which no limit is told from any other."""


@compiled
def reaches(
    sign: float,
    market: Ints,
    limit: Floats,
    edge: Floats,
    displacement: Floats,
    fundamental: Floats,
    book: tuple[Floats, Floats, Floats],
) -> Floats:
    """Contracts `[n]`, >= 0, that books take before their price passes an order's limit: +-(V(limit) - V(x)).

    Orders sell (`sign` -1) or buy (1); a NaN `limit` is the band's `edge` `[M]`, and no limit is beyond it. `book`
    is near depth on the side met, and the slopes below and above, `[M]`.
    """
    near, down, up = book
    reach = np.empty(len(market))
    for i in range(len(market)):
        m = market[i]
        worst = edge[m] if math.isnan(limit[i]) else limit[i]
        worst = max(worst, edge[m]) if sign < 0 else min(worst, edge[m])
        at = min(max(math.log(max(worst, 1e-300)) - fundamental[m], -FURTHEST), FURTHEST)
        taken = quantity_at(at, near[m], down[m], up[m]) - quantity_at(displacement[m], near[m], down[m], up[m])
        reach[i] = max(sign * taken, 0.0)
    return reach


@compiled
def filled_in_order(order: Ints, size: Floats, reach: Floats, market: Ints) -> Floats:
    """What is filled of each `size` `[n]` when orders trade in this `order`, market by market, as far as they reach."""
    filled = np.empty(len(size))
    whole, first = 0.0, 0.0
    for place in range(len(order)):
        i = order[place]
        whole += size[i]
        before = whole - size[i]
        if place == 0 or market[i] != market[order[place - 1]]:
            first = before
        filled[i] = min(max(reach[i] - (before - first), 0.0), size[i])
    return filled


@compiled
def traded_at(market: Ints, quantity: Floats, markets: int) -> Floats:
    """Net flow `[M]` of orders, signed contracts."""
    flow = np.zeros(markets)
    for i in range(len(market)):
        flow[market[i]] += quantity[i]
    return flow
