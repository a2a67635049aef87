"""One number at a time: the ladder of a book, as market/ladder.py has it for arrays."""

import math

from lastresort.simulation.kernels.compiled import compiled


@compiled
def quantity_at(x: float, near: float, down: float, up: float) -> float:
    """V(x) = n x + k x |x| / 2, signed contracts."""
    return near * x + 0.5 * (down if x < 0 else up) * x * abs(x)


@compiled
def slope_at(x: float, near: float, down: float, up: float) -> float:
    """dV / dx = n + k |x|."""
    return near + (down if x < 0 else up) * abs(x)


@compiled
def walked(x: float, flow: float, near: float, down: float, up: float) -> float:
    """Displacement after `flow`: where V has changed by it."""
    target = quantity_at(x, near, down, up) + flow
    slope = down if target < 0 else up
    return 2 * target / (near + math.sqrt(near * near + 2 * slope * abs(target)) + 1e-300)


@compiled
def averaged_price(x: float, end: float, flow: float, near: float, down: float, up: float) -> float:
    """Price per contract over the fundamental's along the walk from `x` to `end`: [G(end) - G(x)] / flow."""
    first, last = math.exp(x), math.exp(end)
    average = 0.5 * (first + last)
    if abs(end - x) > 1e-7:
        beyond = (-down if end < 0 else up) * ((end - 1) * last + 1)
        before = (-down if x < 0 else up) * ((x - 1) * first + 1)
        average = (near * (last - first) + beyond - before) / flow
    low = min(first, last)
    return min(max(average, low), first + last - low)
