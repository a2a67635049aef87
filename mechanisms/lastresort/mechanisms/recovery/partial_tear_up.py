"""S13: contracts opposite to the defaulter's are torn up in equal proportion at the last settlement price."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class PartialTearUp(Deleveraging):
    """Close the same share of every opposite position, in profit or not, at the last settlement price.

    k_i = Q q_i / sum of q. The engine took its inventory over at bankruptcy prices, not at the last settlement: what
    the difference costs it stays for the stages that follow, what it gains becomes surplus.
    """

    name: ClassVar[str] = "partial-tear-up"
    source: ClassVar[str] = "CME filing 16-354 (2016, gains haircut and tear-up); ICE Clear Credit, 81 FR 83906"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.SETTLEMENT, description="prices of torn-up contracts, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return water_fill(abs(event.contracts), np.abs(event.candidates.quantity), size)
