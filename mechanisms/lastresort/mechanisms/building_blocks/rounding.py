"""Whole contracts: the largest-remainder method under capacities."""

import numpy as np

from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Floats


def largest_remainder(wanted: Floats, lot: float, capacity: Floats) -> Floats:
    """Round `wanted` `[n]` (contracts) up or down to multiples of `lot`, the sum down to as many lots as it holds.

    Every row gets its floor; lots left over go to the largest remainders that still have room, one each, ties to the
    earlier row (Hamilton's method; `contracts_pro_rata_close_integer` of arXiv 2512.01112's repository).
    """
    most = np.floor(capacity / lot + 1e-9)
    exact = wanted / lot
    whole = np.minimum(np.floor(exact + 1e-9), most)
    left = int(np.floor(float(exact.sum()) + 1e-6) - float(whole.sum()))
    remainder = np.where(whole < most, exact - whole, 0.0)
    whole += np.where(remainder > 1e-9, in_order(float(left), np.ones_like(whole), remainder), 0.0)
    return np.minimum(whole * lot, capacity)
