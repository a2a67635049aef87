from lastresort.mechanisms.allocation import closing
from lastresort.mechanisms.contract import Allocation, LossEvent, LossRule


class LargestFirst(LossRule):
    """Close the biggest opposite positions first."""

    name = "largest-first"

    def allocate(self, event: LossEvent) -> Allocation:
        close = closing.in_order(abs(event.contracts), closing.capacity(event), abs(event.candidates.quantity))
        return closing.at_bankruptcy_price(event, close)
