"""Claims problem: everybody keeps the same number of contracts, up to its own."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import equal_losses
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class EqualAwardsAdl(Deleveraging):
    """Close the largest winners down to a common level; small winners keep everything.

    Winners are creditors: the claim c_i of each is the contracts that cost it its profit (its whole position where that
    is less), the estate is what is left of the claims after closing Q. Constrained equal awards: account i keeps
    min(c_i, level), so it closes (c_i - level)+.
    """

    name: ClassVar[str] = "equal-awards-adl"
    source: ClassVar[str] = "constrained equal awards, Aumann and Maschler 1985 (J. Econ. Theory 36)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return equal_losses(abs(event.contracts), within_profit(event, self.price, size))
