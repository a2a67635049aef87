"""Stage one of a tick: displacements recover, and mids, index, premium, marks and recent highs follow."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.compiled import compiled


@compiled
def recover(displacement: Floats, news: Floats, pace: float, depth: Floats, trading: Floats) -> None:
    """Let displacements `[V + 1, M]` (spot last) recover in place: dx/dt = -rho g x by implicit Euler.

    `pace` is rho dt and `depth` g; `news` `[M]` is the fundamental's move. Where `trading` `[V, M]` is 0 the price
    stands still, and the displacement moves against the fundamental.
    """
    venues, markets = trading.shape
    for v in range(venues):
        for m in range(markets):
            x = displacement[v, m] - (1 - trading[v, m]) * news[m]
            displacement[v, m] = x / (1 + pace * depth[v, m] * trading[v, m])
    for m in range(markets):
        displacement[venues, m] /= 1 + pace * depth[venues, m]


@compiled
def quoted(displacement: Floats, fundamental: Floats) -> tuple[Floats, Floats]:
    """Mids `[V, M]` and index `[M]`: exp(f + x) and exp(f + y)."""
    books, markets = displacement.shape
    mid, index = np.empty((books - 1, markets)), np.empty(markets)
    for m in range(markets):
        for v in range(books - 1):
            mid[v, m] = math.exp(fundamental[m] + displacement[v, m])
        index[m] = math.exp(fundamental[m] + displacement[books - 1, m])
    return mid, index


@compiled
def marked(
    displacement: Floats, fundamental: Floats, premium: Floats, high: Floats, clamp: Floats, times: tuple[float, float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mids, index, marks and recent highs: the mark is index x exp(premium), the premium an average of x - y.

    The premium `[V, M]` is renewed in place and bounded by `clamp` `[M]`; `times` are -dt over the time constants of
    the premium and of the recent high.
    """
    venues, markets = premium.shape
    mid, index = quoted(displacement, fundamental)
    mark, highest = np.empty_like(premium), np.empty_like(premium)
    arriving, kept = -math.expm1(times[0]), math.exp(times[1])
    for v in range(venues):
        for m in range(markets):
            premium[v, m] += (displacement[v, m] - displacement[venues, m] - premium[v, m]) * arriving
            price = index[m] * math.exp(min(max(premium[v, m], -clamp[m]), clamp[m]))
            mark[v, m] = price
            highest[v, m] = max(price, price + (high[v, m] - price) * kept)
    return mid, index, mark, highest
