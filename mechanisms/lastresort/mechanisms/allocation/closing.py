"""Ways to spread a quantity over accounts that can each take so much; shared by every allocation rule."""

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, LossEvent


def capacity(event: LossEvent) -> Floats:
    """Contracts each account can give up at the bankruptcy price without owing more than it has, `[n]`.

    Positions whose own bankruptcy price does not overlap are skipped or cut, as dYdX v4 does (x/clob deleveraging).
    """
    holders = event.candidates
    size = np.abs(holders.quantity)
    gap = np.maximum(np.sign(holders.quantity) * (event.mark - event.bankruptcy_price), 0.0)
    return np.minimum(size, np.divide(holders.spendable, gap, out=size.copy(), where=gap > 0))


def in_order(total: float, capacity: Floats, score: Floats) -> Floats:
    """Fill the highest scores first, the last one in part; ties go to the earlier row (`[n]`, units of `total`)."""
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
    return capacity * min(1.0, max(0.0, total) / available)  # rounding may leave less than nothing to place


def at_bankruptcy_price(event: LossEvent, close: Floats) -> Allocation:
    """Close against the engine at the price that leaves it with nothing: the winners bear the whole gap to the mark.

    Nobody is closed beyond its capacity; what that leaves stays with the engine.
    """
    close = np.minimum(close, capacity(event))
    price = event.bankruptcy_price
    return Allocation(close=close, charge=np.zeros_like(close), winner_price=price, loser_price=price)
