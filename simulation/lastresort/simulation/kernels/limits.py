"""Liquidation orders against the ladders: how far each limit reaches, and who is filled."""

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
    book: Ints,
    limit: Floats,
    edge: Floats,
    displacement: Floats,
    fundamental: Floats,
    ladders: tuple[Floats, Floats, Floats],
) -> Floats:
    """Contracts `[n]`, >= 0, that books take before their price passes an order's limit: +-(V(limit) - V(x)).

    Orders sell (`sign` -1) or buy (1) in their `book`, counted venue by venue; a NaN `limit` is the band's `edge`
    `[V, M]`, and no limit is beyond it. `ladders` are near depth on the side met, and the slopes below and above,
    `[V, M]`.
    """
    near, down, up = ladders
    reach = np.empty(len(book))
    for i in range(len(book)):
        v, m = divmod(book[i], len(fundamental))
        worst = edge[v, m] if math.isnan(limit[i]) else limit[i]
        worst = max(worst, edge[v, m]) if sign < 0 else min(worst, edge[v, m])
        at = min(max(math.log(max(worst, 1e-300)) - fundamental[m], -FURTHEST), FURTHEST)
        quotes = (near[v, m], down[v, m], up[v, m])
        taken = quantity_at(at, *quotes) - quantity_at(displacement[v, m], *quotes)
        reach[i] = max(sign * taken, 0.0)
    return reach


@compiled
def filled_in_order(order: Ints, size: Floats, reach: Floats, book: Ints, markets: int) -> Floats:
    """What is filled of each `size` `[n]` when orders trade in this `order`, book by book, as far as they reach.

    Books are counted venue by venue, `markets` each; sums begin anew at each venue.
    """
    filled = np.empty(len(size))
    whole, first = 0.0, 0.0
    for place in range(len(order)):
        i, last = order[place], order[place - 1]
        whole = size[i] if place > 0 and book[i] // markets != book[last] // markets else whole + size[i]
        before = whole - size[i]
        if place == 0 or book[i] != book[last]:
            first = before
        filled[i] = min(max(reach[i] - (before - first), 0.0), size[i])
    return filled


@compiled
def traded_at(venue: Ints, market: Ints, quantity: Floats, shape: tuple[int, int]) -> Floats:
    """Net flow `[V, M]` of orders `[n]`, signed contracts."""
    flow = np.zeros(shape)
    for i in range(len(market)):
        flow[venue[i], market[i]] += quantity[i]
    return flow
