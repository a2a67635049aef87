"""A10: Bluefin's index gain over the larger of margin ratio and maintenance rate."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import margin_ratio, ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class BluefinAdl(Deleveraging):
    """Close the positions with the highest gain against the index per unit of margin first.

    Rank = max(0, side x (index - entry) / entry) / max(MMR, MR), where MR is equity and MMR maintenance margin over
    notional. Bluefin's worker picks from the top quantile; here the whole queue is run. The price is not stated in what
    we read: the bankruptcy price.
    """

    name: ClassVar[str] = "bluefin-adl"
    source: ClassVar[str] = "Bluefin docs, Auto-deleveraging"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        side, entry = np.sign(holders.quantity), holders.entry_price
        gain = np.maximum(side * ratio(event.index - entry, entry), 0.0)
        # 1 / max(MMR, MR) = (1 / MR) / max(MMR / MR, 1)
        score = gain * holders.leverage / np.maximum(margin_ratio(holders), 1.0)
        return in_order(abs(event.contracts), size, score)
