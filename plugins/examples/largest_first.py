from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism


class LargestFirst(Mechanism):
    """Close the biggest opposite positions first."""

    name = "largest-first"

    def allocate(self, event: LossEvent) -> Allocation:
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order(abs(event.contracts), size, size))
