"""A27 (fallback): scale the targets until whole lots meet the budget."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class FixedPointInteger(Deleveraging):
    """Round pro-rata targets to whole lots and scale them up until the lots add up to the budget.

    k_i(s) = floor(s Q c_i / sum of c) lots, at most c_i, c_i the contracts that cost account i its profit; s is doubled
    up to `largest_scale`, then found by bisection. The repository rounds up and looks for the smallest scale that
    covers the budget; here it is the largest that does not exceed what the engine holds, and lots that no scale
    separates stay with the engine.
    """

    name: ClassVar[str] = "fixed-point-integer"
    source: ClassVar[str] = "fallback of the min-max program, pluriholonomic/autodeleveraging-analysis@aae0be8"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")
    largest_scale: float = Field(64.0, ge=1, description="largest multiple of the budget that is tried")
    bisections: int = Field(18, ge=1, le=60, description="steps of the bisection on the scale")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        most = within_profit(event, self.price, size)
        low, high = 1.0, min(2.0, self.largest_scale)
        while low < high and self._fits(event, most, high):
            low, high = high, min(2 * high, self.largest_scale)
        for _ in range(self.bisections):
            middle = (low + high) / 2
            low, high = (middle, high) if self._fits(event, most, middle) else (low, middle)
        return event.lot * self._lots(event, most, low)

    def _fits(self, event: LossEvent, most: Floats, scale: float) -> bool:
        return float(self._lots(event, most, scale).sum()) * event.lot <= abs(event.contracts) + 1e-9 * event.lot

    def _lots(self, event: LossEvent, most: Floats, scale: float) -> Floats:
        return np.floor(in_proportion(scale * abs(event.contracts), most) / event.lot + 1e-9)
