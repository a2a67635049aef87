"""A21: the same share of every winner's profit."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class ProfitProRata(Deleveraging):
    """Seize the same fraction of every unrealised profit.

    h = B / U, U = sum of w_i, w_i = (profit)+: contracts are spread with the weights w_i. Unlike in the paper, a winner
    cannot lose more than closing its whole position costs; the others then make up for it, in the same proportion.
    """

    name: ClassVar[str] = "profit-pro-rata"
    source: ClassVar[str] = "wealth pro rata, arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        profit = np.maximum(event.candidates.profit, 0.0)
        return water_fill(abs(event.contracts), profit, within_profit(event, self.price, size))
