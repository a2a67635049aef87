"""Ways to spread a quantity over accounts that can each take so much; shared by every allocation rule."""

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, LossEvent


def in_order(total: float, capacity: Floats, score: Floats) -> Floats:
    """Fill the highest scores first, the last one in part; ties go to the earlier row. Shapes `[n]`, units of `total`."""
    order = np.argsort(-score, kind="stable")
    before = np.cumsum(capacity[order]) - capacity[order]
    filled = np.empty_like(capacity)
    filled[order] = np.clip(total - before, 0.0, capacity[order])
    return filled


def in_proportion(total: float, capacity: Floats) -> Floats:
    """Fill the same share of every capacity. Shapes `[n]`, units of `total`."""
    available = float(capacity.sum())
    if available <= 0:
        return np.zeros_like(capacity)
    return capacity * min(1.0, total / available)


def at_bankruptcy_price(event: LossEvent, close: Floats) -> Allocation:
    """Close against the engine at the price that leaves it with nothing: the winners bear the whole gap to the mark."""
    price = event.bankruptcy_price
    return Allocation(close=close, charge=np.zeros_like(close), winner_price=price, loser_price=price)
