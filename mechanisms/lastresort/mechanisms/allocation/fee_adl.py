"""A17: deleveraging at the mark for a fee that the winner pays."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class FeeAdl(Deleveraging):
    """Close the highest leverage x profit first, at the mark, and charge those closed a fee for it.

    Rank = leverage x unrealised profit in USD. The fee is in the price: those closed trade at mark x (1 + side of the
    inventory x fee), and the difference to the mark goes to the insurance fund.
    """

    name: ClassVar[str] = "fee-adl"
    source: ClassVar[str] = "development network of an equity perpetuals venue, third-party notes (fee of 0.1-0.2 %)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.MARK, description="prices of forced closes before the fee, see PriceRule")
    fee: float = Field(0.001, ge=0, lt=1, description="fee on the value closed, fraction; the source has 0.1-0.2 %")

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        winner, loser = super()._prices(event)
        return winner * (1 + float(np.sign(event.contracts)) * self.fee), loser

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        return in_order(abs(event.contracts), size, holders.leverage * holders.profit)
