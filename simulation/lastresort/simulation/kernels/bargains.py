"""Buyers of the fall: what they have seen of each book, and what they buy back of its discount."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.walks import quantity_at


@compiled
def watched(
    seen: tuple[Floats, Floats, Floats, Floats],
    displacement: Floats,
    fundamental: Floats,
    weight: Floats,
    dt: float,
    kept: float,
) -> Floats:
    """Renew in place what buyers have seen of each book `[V + 1, M]`: low, high, deepest discount, seconds since a low.

    Low and high of the log price come back to it, the deepest discount to zero, by the factor `kept` per tick. Returns
    each market's discount to the fundamental price, 1 - exp(mean x), over venues by depth (`weight` `[V]`), `[M]`.
    """
    low, high, deepest, waited = seen
    books, markets = displacement.shape
    for b in range(books):
        for m in range(markets):
            price = fundamental[m] + displacement[b, m]
            fresh = price < low[b, m]
            waited[b, m] = 0.0 if fresh else waited[b, m] + dt
            low[b, m] = price if fresh else price + (low[b, m] - price) * kept
            high[b, m] = max(price, price + (high[b, m] - price) * kept)
            deepest[b, m] = min(displacement[b, m], deepest[b, m] * kept)
    discount = np.empty(markets)
    for m in range(markets):
        mean = 0.0
        for v in range(books - 1):
            mean += weight[v] * displacement[v, m]
        discount[m] = -math.expm1(mean)
    return discount


@compiled
def bargain_orders(
    seen: tuple[Floats, Floats, Floats, Floats],
    displacement: Floats,
    fundamental: Floats,
    book: tuple[Floats, Floats, Floats],
    trading: Floats,
    notice: Floats,
    patience: float,
    paces: tuple[float, float],
    slow_share: Floats,
) -> tuple[bool, Floats, Floats, Floats]:
    """Whether anybody buys; contracts `[V + 1, M]` that those with ready and with arrived cash want, and their price.

    Where a book fell by more than `notice` and has made no new low for `patience` seconds, the ready buy it back to
    `paces[0]` times its deepest discount, a share `paces[1]` of the way per tick, and the others all of it, a share
    `slow_share` `[M]`. `book` is the ask side's near depth and the slopes below and above.
    """
    low, high, deepest, waited = seen
    ask, down, up = book
    books, markets = displacement.shape
    fast, slow, price = np.zeros((books, markets)), np.zeros((books, markets)), np.empty((books, markets))
    anybody = False
    for b in range(books):
        for m in range(markets):
            x = displacement[b, m]
            price[b, m] = math.exp(fundamental[m] + x)
            is_open = b == books - 1 or trading[b, m] > 0
            if waited[b, m] >= patience and x < 0 and high[b, m] - low[b, m] > notice[m] and is_open:
                anybody = True
                here = quantity_at(x, ask[b, m], down[b, m], up[b, m])
                target = quantity_at(max(x, paces[0] * deepest[b, m]), ask[b, m], down[b, m], up[b, m])
                fast[b, m] = (target - here) * paces[1]
                slow[b, m] = -here * slow_share[m]
    return anybody, fast, slow, price


@compiled
def paid_from(wanted: Floats, price: Floats, cash: Floats) -> Floats:
    """Cut orders `[V + 1, M]` in place to what `cash` `[M]` pays for, and return what they cost at most, `[M]` USD."""
    books, markets = wanted.shape
    spent = np.empty(markets)
    for m in range(markets):
        cost = 0.0
        for b in range(books):
            cost += wanted[b, m] * price[b, m]
        share = min(1.0, cash[m] / cost) if cost > 0 else 1.0
        for b in range(books):
            wanted[b, m] *= share
        spent[m] = cost * share
    return spent
