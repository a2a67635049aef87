"""A12 (second half): Bullish's profit counterparties, who lend their unsettled profit to the venue."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.contract import (
    Allocation,
    Evidence,
    LossEvent,
    LossSharing,
    Mechanism,
    ResidualView,
    Scope,
)


class BullishProfitClaims(Mechanism):
    """Take the loss from unsettled profits in proportion, against a claim repaid when the debt is recovered.

    Each pays L x profit / sum of profits, at most its profit, and keeps the position. Bullish selects accounts in an
    order that what we read does not state; here all in profit share alike. Unsettled profit is the unrealised profit of
    the position, on either side of the market.
    """

    name: ClassVar[str] = "bullish-profit-claims"
    source: ClassVar[str] = "Bullish, Auto-deleveraging, ADL Profit Counterparties (support 24436607098649)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from holders of either side."""
        return collect(view, Scope.HOLDERS)

    def allocate(self, event: LossEvent) -> Allocation:
        """The same fraction of every profit, as a claim on the venue."""
        profit = np.maximum(event.candidates.profit, 0.0)
        return charge_in_proportion(event, weight=profit, most=profit, claim=True)
