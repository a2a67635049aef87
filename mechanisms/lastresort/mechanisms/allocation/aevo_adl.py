"""A8: Aevo's score of return on balance x margin ratio, at the mark; majors are exempt."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import balance, margin_ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class AevoAdl(Deleveraging):
    """Close the accounts with the highest return and margin use first, at the mark, in every market but the majors.

    Score = [profit / max(1, balance)] x [maintenance margin / (balance + profit)], 0 without profit. Profit is that of
    the whole margin unit, as balance + profit must be its equity. Aevo exempts BTC, ETH and SOL; options are not
    modelled.
    """

    name: ClassVar[str] = "aevo-adl"
    source: ClassVar[str] = "Aevo docs, Technical architecture, Auto-Deleveraging (ADL)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.MARK, description="prices of forced closes, see PriceRule")
    exempt: tuple[int, ...] = Field(
        (0, 1),
        description="markets never deleveraged, ids (BTC and ETH)",
        json_schema_extra={"markets": ["BTC", "ETH", "SOL"]},
    )

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        if event.market in self.exempt:
            return np.zeros_like(size)
        holders = event.candidates
        score = np.maximum(holders.unit_profit, 0.0) / balance(holders) * margin_ratio(holders)
        return in_order(abs(event.contracts), size, score)
