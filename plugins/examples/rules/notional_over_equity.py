"""Pro rata by leverage: whoever carries more per dollar of equity is closed by more. Equity may be nothing or less."""

import numpy as np

from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism


class NotionalOverEquity(Mechanism):
    """Close in proportion to notional over equity, as far as positions and equity reach."""

    name = "notional-over-equity"
    source = "own design"

    def allocate(self, event: LossEvent) -> Allocation:
        holders = event.candidates
        weight = holders.notional / np.where(holders.equity > 0, holders.equity, np.inf)
        return closes(event, water_fill(abs(event.contracts), weight, capacity(event, event.bankruptcy_price)))
