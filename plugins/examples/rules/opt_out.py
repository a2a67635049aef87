"""An opt-out token: who has bought cover pays a premium into the fund, and is closed after all others."""

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Allocation, Intervention, LossEvent, MarketView, Mechanism


class OptOut(Mechanism):
    """Charge covered positions `premium` of notional an hour; close what is covered after everything else."""

    name = "opt-out"
    source = "own design, after proposals to sell exemptions from auto-deleveraging"
    asked_every = 3600.0

    premium: float = Field(0.0001, ge=0, description="of the covered notional, per hour")

    def intervene(self, view: MarketView) -> Intervention:
        who = view.candidates
        return Intervention(charge=np.minimum(self.premium * who.cover * who.notional, who.spendable))

    def allocate(self, event: LossEvent) -> Allocation:
        who, size = event.candidates, capacity(event, event.bankruptcy_price)
        open_to_all = size * (1 - np.clip(who.cover, 0.0, 1.0))
        close = in_order(abs(event.contracts), open_to_all, profit_times_leverage(who))
        close += in_order(max(abs(event.contracts) - close.sum(), 0.0), size - close, profit_times_leverage(who))
        return closes(event, close)
