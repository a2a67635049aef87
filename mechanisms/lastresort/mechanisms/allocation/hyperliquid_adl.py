"""A3: Hyperliquid's price gain x leverage used, at the mark of the tick before."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class HyperliquidAdl(Deleveraging):
    """Close the profitable positions with the highest price gain x leverage used first, at the previous mark.

    Rank = (mark / entry price) x (position's notional / account value), entry over mark for shorts. Account value is
    that of the whole margin unit, so that collateral for other positions lowers the rank. Positions at a loss are not
    touched.
    """

    name: ClassVar[str] = "hyperliquid-adl"
    source: ClassVar[str] = "Hyperliquid docs, Trading, Auto-deleveraging"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.PREVIOUS_MARK, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        gain = ratio(np.full_like(size, event.mark), holders.entry_price, otherwise=1.0) ** np.sign(holders.quantity)
        score = gain * ratio(holders.notional, holders.equity, otherwise=1e6)
        return in_order(abs(event.contracts), np.where(holders.profit > 0, size, 0.0), score)
