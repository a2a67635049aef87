"""A25 (continuous): the same share of every profitable opposite position."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class ProRataAdl(Deleveraging):
    """Close the same fraction of every opposite position in profit; positions at a loss only when those are used up.

    k_i = Q q_i / sum of q over winners, q in contracts.
    """

    name: ClassVar[str] = "pro-rata-adl"
    source: ClassVar[str] = "contract pro rata, arXiv 2512.01112 (continuous form)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        wanted = abs(event.contracts)
        close = in_proportion(wanted, np.where(event.candidates.profit > 0, size, 0.0))
        return close + in_proportion(wanted - float(close.sum()), size - close)
