"""L6 (stage 1): market orders in the open book, a fifth of large positions first."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import LastTimes
from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import value


class FifthThenWhole(Mechanism):
    """Send large positions to the book by a fifth, and everything of that account whole during the cool-down after it.

    The announcement says that during the cool-down orders are for the entire position; pages that repeat it often say
    that liquidation pauses. Positions up to `large` go whole at once. No fee, no limit. Accounts below `floor` x
    maintenance are left to the next stage.
    """

    name: ClassVar[str] = "fifth-then-whole"
    source: ClassVar[str] = "Hyperliquid docs, Liquidations; announcement of partial liquidations"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    share: float = Field(0.2, gt=0, le=1, description="share of a large position sent first")
    large: float = Field(100e3, ge=0, description="notional above which a position is sent in part, USD")
    cooldown: float = Field(30.0, ge=0, description="time after a part during which orders are for the whole, seconds")
    floor: float = Field(2 / 3, ge=0, le=1, description="equity below which to leave it, multiple of maintenance")

    _part: LastTimes = PrivateAttr(default_factory=LastTimes)

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order a fifth or the whole."""
        mine = (view.equity > 0) & (view.equity >= self.floor * view.maintenance)
        cooling = view.time < self._part.of(view.account) + self.cooldown
        part = mine & (value(view) > self.large) & ~cooling
        self._part.note(view.account[part], view.time)
        order = np.where(part, self.share, 1.0)
        return Liquidation(seize=np.zeros(len(order)), penalty=1.0, order=np.where(mine, order, 0.0))
