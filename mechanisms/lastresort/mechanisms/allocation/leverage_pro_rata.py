"""A24: haircuts proportional to leverage."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class LeverageProRata(Deleveraging):
    """Share the budget in proportion to leverage x profit.

    h_i = min(1, tau lambda_i), tau such that the budget is met. The formula printed in the paper multiplies this share
    by the pro-rata haircut once more and so misses the budget; here it is normalised. The paper also calls risk-aware
    pro rata with g = lambda by this name; that one has haircuts in the square of leverage.
    """

    name: ClassVar[str] = "leverage-pro-rata"
    source: ClassVar[str] = "leverage-weighted pro rata (normalised), arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        weight = np.maximum(holders.profit, 0.0) * holders.leverage
        return water_fill(abs(event.contracts), weight, within_profit(event, self.price, size))
