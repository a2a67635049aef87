"""A36: close only the unhedged part of each account first."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage, unhedged
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class HedgeAwareAdl(Deleveraging):
    """Run the profit x leverage queue over the unhedged part of every position, then over the hedged part.

    The idea is Vertex's liquidation rule (a spread is one unit, only its naked remainder is liquidated alone) applied
    to auto-deleveraging. Counting hedges attested off the venue is a counterfactual: no venue sees them today.
    """

    name: ClassVar[str] = "hedge-aware-adl"
    source: ClassVar[str] = "vertex-protocol/vertex-contracts@e138181, ClearinghouseLiq (spread units), applied to ADL"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    attested: bool = Field(True, description="count hedges that the owner attests to hold on other venues")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        naked = np.minimum(size, unhedged(holders, self.attested))
        score = profit_times_leverage(holders)
        close = in_order(abs(event.contracts), naked, score)
        return close + in_order(abs(event.contracts) - float(close.sum()), size - close, score)
