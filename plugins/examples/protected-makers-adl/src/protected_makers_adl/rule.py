"""Whoever is hedged is closed last, and only in part."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, Mechanism


class ProtectedMakersAdl(Mechanism):
    """Close the same share of every opposite position; those of hedged market makers last, and at most a part of them.

    A maker is an account whose hedges offset at least `hedged` of its position: other legs on this venue and, with
    `attested`, those that it attests to hold elsewhere. No venue sees the latter today, so that is a counterfactual.
    What the protection leaves over stays with the engine, for the next stage.
    """

    name: ClassVar[str] = "protected-makers-adl"
    source: ClassVar[str] = "example of lastresort; no venue is known to run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    hedged: float = Field(0.8, gt=0, le=1, description="share of the position that must be offset, fraction")
    most: float = Field(0.1, ge=0, le=1, description="largest share of a maker's position that is closed, fraction")
    attested: bool = Field(True, description="count hedges that the owner attests to hold on other venues")

    def allocate(self, event: LossEvent) -> Allocation:
        """Everybody else first, then makers up to their limit."""
        holders = event.candidates
        hedges = holders.hedge + holders.attested_hedge if self.attested else holders.hedge
        maker = hedges >= self.hedged * np.abs(holders.quantity)
        size = capacity(event, event.bankruptcy_price)
        close = in_proportion(abs(event.contracts), np.where(maker, 0.0, size))
        left = abs(event.contracts) - float(close.sum())
        return closes(event, close + in_proportion(left, np.where(maker, self.most * size, 0.0)))
