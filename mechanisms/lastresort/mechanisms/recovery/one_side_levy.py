"""S2: the same charge on every contract of the side that won."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class OneSideLevy(Mechanism):
    """Spread a loss over every contract of the side opposite to the bankrupt one, in profit or not; positions stay.

    Charge per contract = L / contracts of that side. Mango v4's code charges both sides (see contract-levy) and notes
    this as what it should do instead; no venue is known to run it.
    """

    name: ClassVar[str] = "one-side-levy"
    source: ClassVar[str] = "blockworks-foundation/mango-v4@1303a4a, note at PerpMarket.socialize_loss"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from the opposite side."""
        return collect(view, Scope.OPPOSITE)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to contracts held."""
        holders = event.candidates
        return charge_in_proportion(event, np.abs(holders.quantity), holders.spendable)
