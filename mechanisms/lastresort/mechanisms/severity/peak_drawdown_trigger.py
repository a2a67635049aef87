"""T1: what the fund cannot cover is deleveraged, and everything is while the fund is far below its recent peak."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.drawdown import PoolFloors, Window
from lastresort.mechanisms.building_blocks.pools import ROUNDING
from lastresort.mechanisms.building_blocks.scaling import scaled, whole_inventory
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class PeakDrawdownTrigger(Mechanism):
    """Place all inventory of a market whose pool is `drop` below its highest balance within the window.

    While that lasts OKX sends no liquidation to the book, so what the fund would cover is placed too. Elsewhere the
    severity in force stays, which places what the fund does not cover. OKX publishes no level at which it stops: here
    it does when the window has forgotten the peak or the pool is refilled. The venue's other funds do not count. HTX
    looks back over 8 hours too, and SunX over 1, 2, 4 and 8 hours: `faster` are the shorter ones, whose falls must be
    smaller to matter, as a longer window has the higher peak.
    """

    name: ClassVar[str] = "peak-drawdown-trigger"
    source: ClassVar[str] = (
        "OKX help, Introduction to auto-deleveraging: 30 % below the peak within 8 hours; HTX support 64914554002695"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    drop: float = Field(0.30, ge=0, le=1, description="fall of the pool from its peak that starts it")
    window: float = Field(28800.0, gt=0, description="length of the rolling window, seconds")
    faster: tuple[Window, ...] = Field(
        (), description="further windows, each with its length (seconds) and the fall in it, as for drop and window"
    )

    _floors: PoolFloors = PrivateAttr(default_factory=PoolFloors)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Everything where the pool has fallen too far, the severity in force elsewhere."""
        floor = self._floors.look(view, ((self.window, self.drop), *self.faster))
        on = (view.pool_balance <= floor + ROUNDING * view.pool_peak)[view.pool]
        everything, in_force = whole_inventory(view, on), scaled(view, 1.0)
        return LossSharing(np.where(on, everything.contracts, in_force.contracts), in_force.dollars)
