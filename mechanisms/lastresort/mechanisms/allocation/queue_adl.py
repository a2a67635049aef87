"""A1: BitMEX's profit x leverage queue, which most venues copied."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class QueueAdl(Deleveraging):
    """Close the most profitable and most levered opposite positions first.

    Rank = profit% x leverage where in profit, profit% / leverage otherwise; profit% is relative to entry value.
    """

    name: ClassVar[str] = "queue-adl"
    source: ClassVar[str] = "BitMEX, Auto-Deleveraging Explained (support 18589621443357)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, profit_times_leverage(event.candidates))
