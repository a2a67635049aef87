"""K7: OKX's price limit: a band around the index that follows the average premium, within a wider band."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.rolling import TimeAverage
from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.contract import Evidence, Mechanism, Phases, PhaseView


class OkxPriceLimit(Mechanism):
    """Buy at most at min[max(I, I (1 + Y) + P), I (1 + Z)], sell at least at max[min(I, I (1 - Y) + P), I (1 - Z)].

    I is the index and P the average of mid - I over the last `window` seconds. The source's wider rule for the first
    ten minutes after a listing is left out: nothing is listed during a run.
    """

    name: ClassVar[str] = "okx-price-limit"
    source: ClassVar[str] = "OKX help, contract price limit: Y and Z of perpetuals by tier, 2-minute premium"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    inner: tuple[float, ...] = Field(
        (0.02, 0.04, 0.06), min_length=1, description="Y: half-width around index and premium per tier, fraction"
    )
    outer: tuple[float, ...] = Field(
        (0.05, 0.08, 0.15), min_length=1, description="Z: largest distance from the index per tier, fraction"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")
    window: float = Field(120.0, gt=0, description="averaging time of the premium, seconds")

    _premium: TimeAverage = PrivateAttr(default_factory=TimeAverage)

    def set_phase(self, view: PhaseView) -> Phases:
        """Set this tick's band."""
        index, markets = view.index, len(view.index)
        centre = index + self._premium.add(view.time, view.mid - index, self.window)
        inner = index * by_tier(self.inner, self.tiers, markets)
        outer = index * by_tier(self.outer, self.tiers, markets)
        low = np.maximum(np.minimum(index, centre - inner), index - outer)
        high = np.minimum(np.maximum(index, centre + inner), index + outer)
        return Phases(view.phase, view.until, low=low, high=high)
