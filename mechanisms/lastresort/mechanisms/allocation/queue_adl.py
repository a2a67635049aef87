"""A1: the profit x leverage queue, closed at the bankruptcy price."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.allocation import closing
from lastresort.mechanisms.contract import Allocation, Candidates, Evidence, Floats, LossEvent, LossRule


class QueueAdl(LossRule):
    """Close the most profitable and most levered opposite positions first.

    Rank = profit% x leverage where in profit, profit% / leverage otherwise; profit% is relative to entry value.
    """

    name: ClassVar[str] = "queue-adl"
    source: ClassVar[str] = "BitMEX, Auto-Deleveraging Explained (support 18589621443357)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def allocate(self, event: LossEvent) -> Allocation:
        """Fill the queue from its top."""
        holders = event.candidates
        close = closing.in_order(abs(event.contracts), closing.capacity(event), rank(holders))
        return closing.at_bankruptcy_price(event, close)


def rank(holders: Candidates) -> Floats:
    """Place in the queue, `[n]`, highest first (BitMEX formula)."""
    entry_value = np.abs(holders.quantity) * holders.entry_price
    gain = np.divide(holders.profit, entry_value, out=np.zeros_like(entry_value), where=entry_value > 0)
    return np.where(gain > 0, gain * holders.leverage, gain / np.maximum(holders.leverage, 1e-12))
