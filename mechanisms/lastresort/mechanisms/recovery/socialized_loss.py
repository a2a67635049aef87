"""S11 in spirit, per market: haircut unrealised gains in equal proportion and leave the positions open."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.charging import charges
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class SocializedLoss(Mechanism):
    """Charge every position in profit the same fraction of its gain; the engine goes on selling.

    h = min(1, L / sum of gains), each pays h x gain (variation-margin gains haircut on one market). A clawback asks
    winners on both sides of the market; a deleveraging that takes money instead of contracts asks the opposite side.
    """

    name: ClassVar[str] = "socialized-loss"
    source: ClassVar[str] = "gains haircut as in CCP recovery (ISDA 2013; ESMA Q&A 887) and OKEx's clawback of 2015-19"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    sides: Literal["both", "opposite"] = Field("both", description="whose gains are cut, seen from the lost position")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist; losses to come are collected when they do."""
        return collect(view, Scope.HOLDERS if self.sides == "both" else Scope.OPPOSITE)

    def allocate(self, event: LossEvent) -> Allocation:
        """The same fraction of every gain, up to what the account has."""
        holders = event.candidates
        gain = np.minimum(np.maximum(holders.profit, 0.0), holders.spendable)
        return charges(event, in_proportion(event.dollars, gain))
