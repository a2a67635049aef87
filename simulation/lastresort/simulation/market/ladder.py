"""A limit order book of general shape whose displacement persists (Obizhaeva-Wang; Alfonsi, Fruth and Schied).

The cumulative quantity between the fundamental price and log displacement x is V(x) = n x + k(x) x |x| / 2: makers'
near depth n, and a latent book of slope k (`down` below the fundamental, `up` above). All arrays broadcast; n and k
are in contracts per unit log price (squared). A flow is signed contracts, positive for buyers.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats


def quantity(x: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """V(x), signed contracts."""
    return near * x + 0.5 * np.where(x < 0, down, up) * x * np.abs(x)


def slope(x: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """dV / dx: contracts that move the price by one unit of log price at displacement x."""
    local: Floats = near + np.where(x < 0, down, up) * np.abs(x)
    return local


def walk(x: Floats, flow: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """Displacement after `flow`: linear impact as k -> 0, square-root impact sqrt(2 Q / k) as n -> 0."""
    target = quantity(x, near, down, up) + flow
    slope = np.where(target < 0, down, up)
    end: Floats = 2 * target / (near + np.sqrt(near * near + 2 * slope * np.abs(target)) + 1e-300)
    return end


def average_price(x: Floats, end: Floats, flow: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """Price per contract over the fundamental's, averaged along the walk from `x` to `end`.

    [G(end) - G(x)] / flow with G(x) = n (e^x - 1) +- k ((x - 1) e^x + 1), kept between the two end prices; the middle
    of those where the walk is too short to tell.
    """
    first, last = np.exp(x), np.exp(end)
    cost = near * (last - first) + _far_value(end, last, down, up) - _far_value(x, first, down, up)
    average = 0.5 * (first + last)
    np.divide(cost, flow, out=average, where=np.abs(end - x) > 1e-7)
    low = np.minimum(first, last)
    kept: Floats = np.minimum(np.maximum(average, low), first + last - low)
    return kept


def trade(x: Floats, flow: Floats, near: Floats, down: Floats, up: Floats) -> tuple[Floats, Floats]:
    """Displacement after `flow`, and its average price per contract over the fundamental's."""
    end = walk(x, flow, near, down, up)
    return end, average_price(x, end, flow, near, down, up)


def _far_value(x: Floats, growth: Floats, down: Floats, up: Floats) -> Floats:
    return np.where(x < 0, -down, up) * ((x - 1) * growth + 1)
