"""Claims problem: the consistent rule of the contested garment."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import equal_awards, equal_losses
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class TalmudAdl(Deleveraging):
    """Equal losses while nobody has lost half its claim, equal awards after that.

    Winners are creditors with claims as in equal-awards-adl. Up to half of all claims, account i closes
    min(c_i / 2, level); beyond, half its claim and (c_i / 2 - level)+. Any two accounts then divide what the two lose
    as the Mishna divides the contested garment, and it is the same rule for what they keep.
    """

    name: ClassVar[str] = "talmud-adl"
    source: ClassVar[str] = "contested-garment-consistent rule, Aumann and Maschler 1985 (J. Econ. Theory 36)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        half = within_profit(event, self.price, size) / 2
        beyond = abs(event.contracts) - float(half.sum())
        return equal_awards(abs(event.contracts), half) + equal_losses(max(beyond, 0.0), half)
