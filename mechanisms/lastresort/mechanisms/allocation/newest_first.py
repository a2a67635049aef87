"""A9 (last key): the newest position first."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class NewestFirst(Deleveraging):
    """Close the most recently opened opposite position first; a baseline that looks at nothing else.

    Rank = time of opening. Ethereal breaks its last ties this way. Positions from before the start all tie.
    """

    name: ClassVar[str] = "newest-first"
    source: ClassVar[str] = "baseline: last in, first out"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, event.candidates.opened)
