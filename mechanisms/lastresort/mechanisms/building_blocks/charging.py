"""Charges: cash taken from accounts that keep their positions."""

import numpy as np

from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.contract import Allocation, Floats, LossEvent


def charges(event: LossEvent, charge: Floats, claim: bool = False) -> Allocation:
    """Take `charge` `[n]` USD, from nobody more than it can spend; with `claim` the venue owes it back."""
    charge = np.minimum(charge, event.candidates.spendable)
    return Allocation(
        close=np.zeros_like(charge), charge=charge, winner_price=event.mark, loser_price=event.mark, claim=claim
    )


def charge_in_proportion(event: LossEvent, weight: Floats, most: Floats, claim: bool = False) -> Allocation:
    """Collect `event.dollars` in proportion to `weight` (>= 0), from nobody more than `most` or than it can spend."""
    return charges(event, water_fill(event.dollars, weight, np.minimum(most, event.candidates.spendable)), claim)
