"""What positions cost: the average price at which they were built up."""

import numpy as np

from lastresort.mechanisms.contract import Floats

LOWEST = 1e-9
"""Entry prices are positive, also where a vault was paid for taking inventory over (USD per contract)."""


def averaged(entry: Floats, held: Floats, change: Floats, price: Floats) -> Floats:
    """Average entry price (USD) after positions `held` change by `change` at `price`; all of one shape.

    A position that grows averages by volume, one that shrinks keeps its entry, one that turns over begins anew. A flat
    one keeps the last it had, which nobody reads.
    """
    after = held + change
    before, moved, now = np.sign(held), np.sign(change), np.sign(after)  # products of small positions underflow
    share = np.divide(change, after, out=np.zeros_like(after), where=(moved != 0) & (before != -moved))
    share[(before == -now) & (now != 0)] = 1.0
    return entry + (np.maximum(price, LOWEST) - entry) * share
