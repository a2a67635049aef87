"""A12 (first half): Bullish's position counterparties, by margin use, at the mark."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import margin_ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class BullishAdl(Deleveraging):
    """Close the positions of the accounts that use most of their margin first, at the mark.

    Rank = initial margin / margin of the account; profit plays no part. Initial margin is a fixed multiple of
    maintenance margin here, so that maintenance margin over equity ranks alike. The loss stays with the engine for
    `bullish-profit-claims`.
    """

    name: ClassVar[str] = "bullish-adl"
    source: ClassVar[str] = "Bullish, Auto-deleveraging (support 24436607098649)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.MARK, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, margin_ratio(event.candidates))
