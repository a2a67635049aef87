"""A36 (strict): close the unhedged part of positions, never the hedged part."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.ranking import unhedged
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class PairPreserving(Deleveraging):
    """Close the same fraction of every unhedged part; hedged parts are exempt, whatever is left.

    k_i = Q u_i / sum of u, u_i = (|q_i| - hedged contracts)+. What the unhedged parts cannot take stays with the
    engine, which goes on selling it or passes it to the next stage: the price of the exemption shows there. The idea is
    Vertex's spread unit applied to auto-deleveraging; no venue is known to do it.
    """

    name: ClassVar[str] = "pair-preserving"
    source: ClassVar[str] = "vertex-protocol/vertex-contracts@e138181, ClearinghouseLiq (spread units), applied to ADL"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    attested: bool = Field(False, description="count hedges that the owner attests to hold on other venues")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        naked = np.minimum(size, unhedged(event.candidates, self.attested))
        return in_proportion(abs(event.contracts), naked)
