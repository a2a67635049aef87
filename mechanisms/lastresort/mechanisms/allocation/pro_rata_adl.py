"""A25 (continuous): the same share of every profitable opposite position, closed at the bankruptcy price."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.allocation import closing
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossRule


class ProRataAdl(LossRule):
    """Close the same fraction of every opposite position in profit; positions at a loss only when those are used up."""

    name: ClassVar[str] = "pro-rata-adl"
    source: ClassVar[str] = "contract pro rata, arXiv 2512.01112 (continuous form)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    def allocate(self, event: LossEvent) -> Allocation:
        """Spread over winners, then over the rest."""
        holders = event.candidates
        size = closing.capacity(event)
        close = closing.in_proportion(abs(event.contracts), np.where(holders.profit > 0, size, 0.0))
        close += closing.in_proportion(abs(event.contracts) - float(close.sum()), size - close)
        return closing.at_bankruptcy_price(event, close)
