"""S14: what nobody wanted is allocated to the members as a position, at the mark."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.assigning import hands_over
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class ForcedAllocation(Mechanism):
    """Make accounts take the engine's inventory over, in proportion to contributions, none beyond what it can margin.

    k_i = Q c_i / sum of c. The price is the mark, so that the loss already made stays with the engine for the stages
    that follow. Who is on the opposite side closes instead, up to its position, and needs no margin for it.
    """

    name: ClassVar[str] = "forced-allocation"
    source: ClassVar[str] = "CPMI-IOSCO, Recovery of financial market infrastructures (2014), forced allocation"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    members: bool = Field(True, description="in proportion to default-fund contributions; otherwise to room")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Place the inventory behind every uncovered loss with everybody."""
        place = (view.uncovered > 0).astype(np.float64)
        return LossSharing(contracts=place, dollars=np.zeros(len(place)), scope=Scope.EVERYBODY)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion, up to each account's room."""
        everybody = event.candidates
        opposite = everybody.quantity * event.contracts < 0
        room = np.where(opposite, np.abs(everybody.quantity), np.maximum(everybody.room, 0.0))
        taken = water_fill(abs(event.contracts), everybody.contribution if self.members else room, room)
        return hands_over(event, taken, event.mark, event.mark)
