"""A34: the smallest position first."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class SmallestFirst(Deleveraging):
    """Close the smallest opposite position entirely, then the next, whoever profits.

    Rank = -|q|. A baseline: it touches the most accounts.
    """

    name: ClassVar[str] = "smallest-first"
    source: ClassVar[str] = "baseline of this project"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, -np.abs(event.candidates.quantity))
