"""A21 over equity: the same share of every opposite account's equity."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class EquityProRata(Deleveraging):
    """Seize the same fraction of every opposite account's equity, principal included.

    h = B / sum of (e_i)+, up to the whole position: the paper's first version, where endowments were equities.
    Contracts are spread with the weights e_i; accounts at a loss in this market pay like those in profit.
    """

    name: ClassVar[str] = "equity-pro-rata"
    source: ClassVar[str] = "pro-rata rule over equities (h = theta D / W), arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return water_fill(abs(event.contracts), np.maximum(event.candidates.equity, 0.0), size)
