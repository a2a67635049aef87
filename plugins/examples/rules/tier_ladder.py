"""Customer tiers: the lower tiers bear a loss before the higher ones, in proportion within each."""

import numpy as np

from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism


class TierLadder(Mechanism):
    """Close tier by tier, the lowest first, everybody in a tier by the same share of its position."""

    name = "tier-ladder"
    source = "own design, after the customer tiers of venues"

    def allocate(self, event: LossEvent) -> Allocation:
        size, tier = capacity(event, event.bankruptcy_price), event.candidates.tier
        close, left = np.zeros_like(size), abs(event.contracts)
        for step in np.unique(tier):
            close += in_proportion(left, np.where(tier == step, size, 0.0))
            left = max(abs(event.contracts) - close.sum(), 0.0)
        return closes(event, close)
