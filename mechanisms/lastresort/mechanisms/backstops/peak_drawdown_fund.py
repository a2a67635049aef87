"""T1 as a backstop: a pool stops paying once it has lost too much of its recent peak."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.drawdown import PoolFloors, Window
from lastresort.mechanisms.building_blocks.pools import from_own_pools
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


class PeakDrawdownFund(Mechanism):
    """Pay from a market's pool until the pool stands `drop` below its highest balance within the window.

    As the window moves on the peak falls and the pool pays again. A payment that would go beyond the limit is cut. With
    `faster` windows the first limit that is met counts.
    """

    name: ClassVar[str] = "peak-drawdown-fund"
    source: ClassVar[str] = "OKX help, Introduction to auto-deleveraging: 30 % below the peak within 8 hours"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    drop: float = Field(0.30, ge=0, le=1, description="fall from the peak at which the pool stops paying")
    window: float = Field(28800.0, gt=0, description="length of the rolling window, seconds")
    faster: tuple[Window, ...] = Field(
        (), description="further windows, each with its length (seconds) and the fall in it, as for drop and window"
    )

    _floors: PoolFloors = PrivateAttr(default_factory=PoolFloors)

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        windows = ((self.window, self.drop), *self.faster)
        answer = from_own_pools(view, np.maximum(view.pool_balance - self._floors.look(view, windows), 0.0))
        self._floors.look(view, windows, answer.pay)
        return answer
