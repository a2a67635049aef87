"""A32 (by head): a lottery in which every account has one ticket."""

from collections.abc import Mapping
from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class RandomLottery(Deleveraging):
    """Close opposite positions entirely, in an order drawn anew for every event.

    Every order of the accounts is equally likely. A baseline: nothing an account does changes its rank.
    """

    name: ClassVar[str] = "random-lottery"
    source: ClassVar[str] = "baseline of this project"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
    exemptions: ClassVar[Mapping[str, str]] = {"order": "lots are drawn row by row"}

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, event.random().random(len(size)))
