"""A7: GMX's keeper, who deleverages any profitable account in any order."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class GmxKeeper(Deleveraging):
    """Close profitable positions in a random order at the oracle price.

    The contract validates neither order nor size, only that the profit-to-pool factor falls and not too far; the factor
    belongs to the trigger. What a keeper would choose is not known: a random order stands for it.
    """

    name: ClassVar[str] = "gmx-keeper"
    source: ClassVar[str] = "gmx-io/gmx-synthetics@a5c0c88, AdlHandler"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE
    exemptions: ClassVar[Mapping[str, str]] = {"order": "keepers come by chance, one draw per row"}

    price: PriceRule = Field(PriceRule.ORACLE, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        profitable = np.where(event.candidates.profit > 0, size, 0.0)
        return in_order(abs(event.contracts), profitable, event.random().random(len(size)))
