"""Global haircut ratio: every account of the venue loses the same share of its whole value."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class GlobalHaircut(Mechanism):
    """Cut the equity of every account of the venue at one rate, open profits and losses included, and owe it back.

    h = R / sum of positive equities. The loss of the source came from a theft; here it comes from liquidations, and is
    cut when it appears instead of once.
    """

    name: ClassVar[str] = "global-haircut"
    source: ClassVar[str] = "Bitfinex, 6 August 2016: 36.067 % off all accounts against BFX tokens, redeemed later"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    claim: bool = Field(True, description="owe the accounts what they lose, to be repaid out of income")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from everybody."""
        return collect(view, Scope.EVERYBODY)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to equity."""
        value = np.maximum(event.candidates.equity, 0.0)
        return charge_in_proportion(event, value, value, self.claim)
