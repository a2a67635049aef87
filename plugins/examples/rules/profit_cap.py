"""Pre-emptive deleveraging: positions that have won many times their margin are closed before there is a loss."""

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.contract import Intervention, MarketView, Mechanism


class ProfitCap(Mechanism):
    """Close who has won `cap` times its margin against the other side, pro rata by profit lost, at the mark."""

    name = "profit-cap"
    source = "Gains Network, gTrade: positions are closed at a profit of 900 % of their margin (remembered)"
    asked_every = 60.0

    cap: float = Field(9.0, gt=0, description="profit at which a position is closed, multiple of its margin")

    def intervene(self, view: MarketView) -> Intervention | None:
        who = view.candidates
        size, margin = np.abs(who.quantity), np.maximum(who.equity - who.profit, 1.0)
        won = np.where((who.profit > self.cap * margin) & (who.equity > 0), size, 0.0)
        losing = np.where((who.profit < 0) & (who.equity > 0), size, 0.0)
        close = np.zeros_like(size)
        for side in (1.0, -1.0):
            here, there = won * (who.quantity * side > 0), losing * (who.quantity * side < 0)
            both = min(here.sum(), there.sum())
            close += in_proportion(both, here) + in_proportion(both, there)
        return Intervention(close=close) if close.any() else None
