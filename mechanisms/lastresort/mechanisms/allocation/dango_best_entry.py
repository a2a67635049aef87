"""A16: Dango's index of positions by entry price, the best entry first."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class DangoBestEntry(Deleveraging):
    """Close the opposite positions with the best entry price first, at the bankruptcy price.

    Rank = lowest entry of the longs, highest of the shorts: the profit per contract, whatever the leverage.
    """

    name: ClassVar[str] = "dango-best-entry"
    source: ClassVar[str] = "Dango docs, Perpetuals, Liquidation and auto-deleveraging"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        return in_order(abs(event.contracts), size, -np.sign(holders.quantity) * holders.entry_price)
