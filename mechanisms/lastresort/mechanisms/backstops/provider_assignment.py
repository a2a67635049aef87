"""B6: positions nobody wants in the book are assigned to volunteers in equal parts."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.assigning import Assignment, engine_price, hands_over, volunteer_room
from lastresort.mechanisms.building_blocks.filling import equal_awards
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent


class ProviderAssignment(Assignment):
    """Split the inventory equally over the providers who volunteer; what one has no room for spills to the others.

    x_i = min(room_i, level), sum x = Q. The price is the bankruptcy price moved into a window of `least` to `most`
    better than the mark for the provider; the engine gets the same price. A volunteer is whoever bids at all: Kraken's
    limits per assignment and per position are the provider's `room`.
    """

    name: ClassVar[str] = "provider-assignment"
    source: ClassVar[str] = "Kraken support 360022835671, Position Assignment System"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    least: float = Field(
        0.0075, ge=0, lt=1, description="smallest discount to the mark; the pages also say 0.5 % and 1 %"
    )
    most: float = Field(0.025, ge=0, lt=1, description="largest discount to the mark, fraction")

    def allocate(self, event: LossEvent) -> Allocation:
        """The same for everybody, up to what each has room for."""
        side = float(np.sign(event.contracts))
        bankrupt = side * (1 - engine_price(event) / event.mark)
        price = event.mark * (1 - side * float(np.clip(bankrupt, self.least, max(self.least, self.most))))
        taken = equal_awards(abs(event.contracts), volunteer_room(event, price))
        return hands_over(event, taken, price, price)
