"""A15, P8: WhiteBIT's deleveraging orders, which rest in the book at the bankruptcy price."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class WhitebitBookAdl(Deleveraging):
    """Post an order at the bankruptcy price in each winner's name; it closes only once the market is there.

    The order fills when the mark is at or through the bankruptcy price, from the engine's side; before that nothing
    happens and the event is asked again at the next pass. Winners are taken by profit x leverage, which WhiteBIT does
    not spell out in what we read. The order is seen by nobody here and never meets anybody but the engine, whereas the
    real one is public and anybody may trade against it.
    """

    name: ClassVar[str] = "whitebit-book-adl"
    source: ClassVar[str] = "WhiteBIT docs, Concepts, Auto-Deleveraging (ADL)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        if np.sign(event.contracts) * (event.mark - event.bankruptcy_price) > 0:
            return np.zeros_like(size)
        holders = event.candidates
        profitable = np.where(holders.profit > 0, size, 0.0)
        return in_order(abs(event.contracts), profitable, profit_times_leverage(holders))
