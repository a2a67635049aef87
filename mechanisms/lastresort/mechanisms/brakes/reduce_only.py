"""K18: a market in trouble takes no new positions for a while."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import interrupt
from lastresort.mechanisms.brakes.rolling import RollingExtremes
from lastresort.mechanisms.contract import Evidence, Mechanism, Phase, Phases, PhaseView


class ReduceOnly(Mechanism):
    """Allow only closing orders once a market fell by `decline` within `window`, or its loss eats up the fund.

    Loss: engine's deficit > `share` x the insurance pool of the market. Both are looked at again when a period ends.
    Venues decide this by hand or by vote; the thresholds are ours.
    """

    name: ClassVar[str] = "reduce-only"
    source: ClassVar[str] = "own triggers for a phase that Drift (paused operations), Bybit and Hyperliquid have"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    decline: float = Field(0.15, gt=0, lt=1, description="largest fall below the high of the window, fraction (guess)")
    window: float = Field(3600.0, gt=0, description="length of the rolling window, seconds (guess)")
    sample: float = Field(10.0, gt=0, description="time between two samples, seconds")
    share: float = Field(0.5, ge=0, description="largest deficit, as a share of the insurance pool (guess)")
    period: float = Field(1800.0, gt=0, description="length of a reduce-only period, seconds (guess)")

    _mids: RollingExtremes = PrivateAttr(default_factory=RollingExtremes)

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Restrict open markets that fell or lost too much."""
        self._mids.add(view.time, view.mid, self.window, self.sample)
        fallen = view.mid < self._mids.high * (1 - self.decline)
        losing = view.deficit > self.share * np.maximum(view.fund, 0.0)
        restricted = (view.phase == Phase.OPEN) & (fallen | losing)
        return interrupt(view, restricted, Phase.REDUCE_ONLY, view.time + self.period)
