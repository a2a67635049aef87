"""A4: OKX's profit rate over margin ratio, at the mark."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import margin_ratio, profit_rate
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class OkxAdl(Deleveraging):
    """Close the most profitable positions nearest to liquidation first, at the mark.

    Rank = profit rate / margin ratio in profit, profit rate x margin ratio at a loss. OKX's margin ratio is equity over
    maintenance margin, of the position where isolated and of the account otherwise, so that 1 means liquidation.
    """

    name: ClassVar[str] = "okx-adl"
    source: ClassVar[str] = "OKX, Introduction to auto-deleveraging (ADL), help centre"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.MARK, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        rate, risk = profit_rate(event.candidates), margin_ratio(event.candidates)
        score = np.where(rate > 0, rate * risk, rate / np.maximum(risk, 1e-12))
        return in_order(abs(event.contracts), size, score)
