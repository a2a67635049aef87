"""A33: the largest position first."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class SizeQueue(Deleveraging):
    """Close the largest opposite position entirely, then the next, whoever profits.

    Rank = |q|. A baseline: it touches the fewest accounts.
    """

    name: ClassVar[str] = "size-queue"
    source: ClassVar[str] = "baseline of this project"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, np.abs(event.candidates.quantity))
