"""A36: close only the unhedged part of each account first."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation import closing
from lastresort.mechanisms.allocation.queue_adl import rank
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossRule


class HedgeAwareAdl(LossRule):
    """Run the profit x leverage queue over the unhedged part of every position, then over the hedged part.

    The idea is Vertex's liquidation rule (a spread is one unit, only its naked remainder is liquidated alone) applied
    to auto-deleveraging. Counting hedges attested off the venue is a counterfactual: no venue sees them today.
    """

    name: ClassVar[str] = "hedge-aware-adl"
    source: ClassVar[str] = "vertex-protocol/vertex-contracts@e138181, ClearinghouseLiq (spread units), applied to ADL"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    attested: bool = Field(True, description="count hedges that the owner attests to hold on other venues")

    def allocate(self, event: LossEvent) -> Allocation:
        """Naked contracts first, hedged contracts only for what is left."""
        holders = event.candidates
        size = closing.capacity(event)
        hedged = holders.hedge + holders.attested_hedge if self.attested else holders.hedge
        naked = np.minimum(size, np.maximum(np.abs(holders.quantity) - hedged, 0.0))
        score = rank(holders)
        close = closing.in_order(abs(event.contracts), naked, score)
        close += closing.in_order(abs(event.contracts) - float(close.sum()), size - close, score)
        return closing.at_bankruptcy_price(event, close)
