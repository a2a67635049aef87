"""Claims problem: everybody loses the same number of contracts, up to its own."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import equal_awards
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class EqualLossesAdl(Deleveraging):
    """Close the same number of contracts of every winner, small winners entirely.

    Winners are creditors with claims as in equal-awards-adl. Constrained equal losses: account i closes
    min(c_i, level), so it keeps (c_i - level)+.
    """

    name: ClassVar[str] = "equal-losses-adl"
    source: ClassVar[str] = "constrained equal losses, Aumann and Maschler 1985 (J. Econ. Theory 36)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return equal_awards(abs(event.contracts), within_profit(event, self.price, size))
