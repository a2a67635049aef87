"""S5, S10: at the end of each period, the same percentage of every account's net profit over all markets."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.collecting import Gains, collect, collect_later
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class ProfitClawback(Mechanism):
    """Let losses wait until the period ends, then take the same percentage of every net profit, realised or not.

    rate = (losses - fund) / sum of positive net profits. Profits count from the start of the run instead of the start
    of the period, and the end of the run is the end of a period.
    """

    name: ClassVar[str] = "profit-clawback"
    source: ClassVar[str] = (
        "OKEx, statement of 3 August 2018 on the liquidation of 31 July; Dcoin, dcoindoc.zendesk.com 360048461012"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION
    throttled: ClassVar[bool] = True

    period: float = Field(604_800.0, gt=0, description="time between two settlements, seconds")
    first: float = Field(604_800.0, ge=0, description="first settlement after the start of the run, seconds")

    _waiting: float | None = PrivateAttr(default=None)
    _gains: Gains = PrivateAttr(default_factory=Gains)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Nothing before the period ends, then all losses that exist."""
        period, sharing = (view.time - self.first) // self.period, collect(view, Scope.EVERYBODY)
        if view.final or (self._waiting is not None and period > self._waiting):
            self._waiting, self._gains = None, Gains()
            return sharing
        if self._waiting is None and np.any(sharing.dollars > 0):
            self._waiting = period
        return collect_later(view, Scope.EVERYBODY)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to net profits."""
        return self._gains.charge(event, event.candidates.gain)
