"""B7: designated providers take positions over at the mark, pro rata to their margin capacity, for a fee."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.assigning import Assignment, hands_over, volunteer_room
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.contract import Allocation, Bools, Evidence, Floats, LossEvent


class CapacityAssignment(Assignment):
    """Assign the inventory pro rata to room at the mark; the fund pays a fee to those whose risk grows.

    x_i = Q room_i / sum of room. Providers whose net delta falls get no fee; the assignments of the others are cut
    to what the fund can pay fees for. Net delta is weighted by beta, and so is what an assignment adds to it.
    """

    name: ClassVar[str] = "capacity-assignment"
    source: ClassVar[str] = "QFEX docs, Liquidation and Margin Call (designated liquidity providers)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    fee: float = Field(0.005, ge=0, lt=1, description="fee to the provider, fraction of notional (guess)")

    def allocate(self, event: LossEvent) -> Allocation:
        """The same share of every capacity, within the fund's means."""
        side = float(np.sign(event.contracts))
        taken = in_proportion(abs(event.contracts), volunteer_room(event, event.mark))
        free = _reduces_risk(event, side * taken * event.beta * event.mark)
        due = self.fee * event.mark * float(taken[~free].sum())
        affordable = min(1.0, max(event.fund, 0.0) / due) if due > 0 else 1.0
        price = event.mark * np.where(free, 1.0, 1 - side * self.fee)
        return hands_over(event, np.where(free, taken, affordable * taken), price, event.mark)


def _reduces_risk(event: LossEvent, taken: Floats) -> Bools:
    """Whether taking `taken` `[n]` (USD weighted by beta, signed) makes the net delta smaller."""
    before = event.candidates.net_delta
    smaller: Bools = np.abs(before + taken) < np.abs(before)
    return smaller
