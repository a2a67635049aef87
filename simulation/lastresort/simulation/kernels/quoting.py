"""The last stage of a tick: makers' capital and quoting weights, realised volatility, and where depth goes."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import product, total


@compiled
def quoting_weights(
    position: Floats,
    cash: Floats,
    valuation: Floats,
    spot: Floats,
    start: tuple[Floats, Floats],
    weight: Floats,
    shock: Floats,
    failed: Bools,
) -> tuple[Floats, Floats]:
    """Quoting weights `[E, V]` and their sums `[V]`: weight x capital left, there and in all (at most 1) x (1 - shock).

    `start` is equity at the start, by venue `[E, V]` and in all `[E]`; `spot` `[E]` the profit of hedges. A maker
    without capital has `failed`, noted in place.
    """
    entities, venues = cash.shape
    quoting, equity, capacity = np.empty((entities, venues)), np.empty(venues), np.zeros(venues)
    for e in range(entities):
        for v in range(venues):
            equity[v] = cash[e, v] + product(position[e, v], valuation[v])
        capital = total(equity) + spot[e]
        failed[e] = failed[e] or capital <= 0
        whole = capital / start[1][e] if start[1][e] > 0 else 0.0
        whole = 0.0 if failed[e] else min(max(whole, 0.0), 1.0)
        for v in range(venues):
            here = equity[v] / start[0][e, v] if start[0][e, v] > 0 else 0.0
            left = min(min(max(here, 0.0), 1.0), whole)
            quoting[e, v] = weight[e] * left * (1 - min(shock[e], 1.0))
            capacity[v] += quoting[e, v]
    return quoting, capacity


@compiled
def volatilities(
    displacement: Floats,
    fundamental: Floats,
    average: Floats,
    variance: Floats,
    usual: Floats,
    rates: tuple[float, float, float],
) -> Floats:
    """Realised over usual volatility of every book `[V + 1, M]`; averages and variances are renewed in place.

    EMA[(p - EMA60 p)^2 (e^(dt/30) - 1) / dt]: `rates` are the two averages' gains and the factor of the square.
    """
    volatility = np.empty_like(displacement)
    books, markets = displacement.shape
    for b in range(books):
        for m in range(markets):
            price = fundamental[m] + displacement[b, m]
            average[b, m] += (price - average[b, m]) * rates[0]
            gap = price - average[b, m]
            variance[b, m] += (gap * gap * rates[2] - variance[b, m]) * rates[1]
            volatility[b, m] = math.sqrt(variance[b, m] / usual[m])
    return volatility


@compiled
def raised(base: float, power: float) -> float:
    """A number to a power; the square as a product."""
    return base * base if power == 2.0 else base**power


@compiled
def calmness(
    volatility: Floats, capacity: Floats, tied: Floats, scale: Floats, common_scale: float, power: float
) -> Floats:
    """Target depth over normal depth, before skew and floor, `[V + 1, M]`: capacity x g^xi / (1 + ((r - 1)+ / r0)^p).

    g is the same response of the first market's spot; `tied` is xi, `capacity` `[V]` what makers can still quote, of
    which spot gets the mean.
    """
    books, markets = volatility.shape
    calm = np.empty_like(volatility)
    common = 1 / (1 + (max(volatility[books - 1, 0] - 1, 0.0) / common_scale) ** power)
    everywhere = total(capacity) / (books - 1)
    for b in range(books):
        left = capacity[b] if b < books - 1 else everywhere
        for m in range(markets):
            own = raised(max(volatility[b, m] - 1, 0.0) / scale[m], power)
            calm[b, m] = left * common ** tied[m] / (1 + own)
    return calm


@compiled
def relaxed(
    sides: tuple[Floats, Floats],
    resting: Floats,
    calm: Floats,
    inventory: Floats,
    limit: Floats,
    floor: Floats,
    gathering: Bools,
    stay: tuple[float, float, float],
) -> tuple[Floats, Floats, Floats]:
    """Bid, ask, and both over normal depth, `[V + 1, M]`, after the tick: goal + (depth - goal) x stay.

    The goal is resting x max(calm (1 -+ skew), floor), the skew half of inventory over its limit, at most 1. `stay` is
    the part of the distance that remains where quotes leave, return, and gather for an auction.
    """
    books, markets = calm.shape
    bid, ask, depth = np.empty_like(calm), np.empty_like(calm), np.empty_like(calm)
    for m in range(markets):
        everywhere = True
        for b in range(books):
            skew, gathers = 0.0, everywhere
            if b < books - 1:
                skew = 0.5 * min(max(inventory[b, m] / limit[b, m], -1.0), 1.0)
                gathers = gathering[b, m]
                everywhere = everywhere and gathers
            back = stay[2] if gathers else stay[1]
            goal = resting[b, m] * max(calm[b, m] * (1 - skew), floor[m])
            bid[b, m] = goal + (sides[0][b, m] - goal) * (stay[0] if goal < sides[0][b, m] else back)
            goal = resting[b, m] * max(calm[b, m] * (1 + skew), floor[m])
            ask[b, m] = goal + (sides[1][b, m] - goal) * (stay[0] if goal < sides[1][b, m] else back)
            depth[b, m] = (bid[b, m] + ask[b, m]) / (2 * resting[b, m])
    return bid, ask, depth


@compiled
def quoted_depth(
    volatility: Floats,
    capacity: Floats,
    response: tuple[Floats, Floats, float, float],
    sides: tuple[Floats, Floats],
    resting: Floats,
    inventory: Floats,
    limit: Floats,
    floor: Floats,
    gathering: Bools,
    stay: tuple[float, float, float],
) -> tuple[Floats, Floats, Floats]:
    """Depth after the tick (see `relaxed`) towards the target that volatility and capacity make (see `calmness`).

    `response` are xi, r0, that of common volatility, and p.
    """
    tied, scale, common_scale, power = response
    calm = calmness(volatility, capacity, tied, scale, common_scale, power)
    return relaxed(sides, resting, calm, inventory, limit, floor, gathering, stay)
