from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.mechanisms.sharing.filling import in_order
from lastresort.mechanisms.sharing.pricing import capacity, closes


class LargestFirst(Mechanism):
    """Close the biggest opposite positions first."""

    name = "largest-first"

    def allocate(self, event: LossEvent) -> Allocation:
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order(abs(event.contracts), size, size))
