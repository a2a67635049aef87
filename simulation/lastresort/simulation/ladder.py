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


def walk(x: Floats, flow: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """Displacement after `flow`: linear impact as k -> 0, square-root impact sqrt(2 Q / k) as n -> 0."""
    target = quantity(x, near, down, up) + flow
    slope = np.where(target < 0, down, up)
    size = np.abs(target)
    return np.sign(target) * 2 * size / (near + np.sqrt(near * near + 2 * slope * size) + 1e-300)


def average_price(x: Floats, end: Floats, flow: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    """Price per contract over the fundamental's, averaged along the walk from `x` to `end`.

    [G(end) - G(x)] / flow with G(x) = n (e^x - 1) +- k ((x - 1) e^x + 1); the midpoint where the flow is negligible.
    """
    cost = _value(end, near, down, up) - _value(x, near, down, up)
    middle = np.exp(0.5 * (x + end))
    average = np.divide(cost, flow, out=middle.copy(), where=np.abs(end - x) > 1e-7)
    start_price, end_price = np.exp(x), np.exp(end)
    return np.clip(average, np.minimum(start_price, end_price), np.maximum(start_price, end_price))


def _value(x: Floats, near: Floats, down: Floats, up: Floats) -> Floats:
    growth = np.exp(x)
    far = (x - 1) * growth + 1
    return near * (growth - 1) + np.where(x < 0, -down, up) * far
