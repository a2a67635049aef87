"""A26: profit pro rata, rounded to whole lots."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.rounding import largest_remainder
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class RoundedProfitProRata(Deleveraging):
    """Seize the same fraction of every profit, as nearly as closing whole lots allows.

    The contracts of profit pro rata rounded down, then one lot more for the largest residuals. Unlike in the repository
    the total never exceeds what the engine holds.
    """

    name: ClassVar[str] = "rounded-profit-pro-rata"
    source: ClassVar[str] = "rounded_wealth_pro_rata_to_contracts, pluriholonomic/autodeleveraging-analysis@aae0be8"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        most = within_profit(event, self.price, size)
        wanted = water_fill(abs(event.contracts), np.maximum(event.candidates.profit, 0.0), most)
        return largest_remainder(wanted, event.lot, most)
