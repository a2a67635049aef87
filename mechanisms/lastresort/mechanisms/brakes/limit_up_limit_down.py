"""K4: no trade outside a band around the five-minute average; a market stuck at its band pauses."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import trading
from lastresort.mechanisms.brakes.rolling import TimeAverage
from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.contract import Bools, Evidence, Floats, Ints, Mechanism, Phase, Phases, PhaseView


class LimitUpLimitDown(Mechanism):
    """Trade within reference x (1 -+ band); 15 seconds at the edge of the band pause the market for an auction.

    The reference is the mean mid of the last `window` seconds and is replaced once the mean is `step` away from it;
    after an auction it is the reopening price. The source averages trades weighted by number and calls it a limit state
    when the best offer equals the lower band (the best bid the upper); mids lie half a spread from either, and books
    recover a little between ticks, so a mid within `touch` of the band counts.
    """

    name: ClassVar[str] = "limit-up-limit-down"
    source: ClassVar[str] = "National Market System Plan to Address Extraordinary Market Volatility, sections V to VII"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    bands: tuple[float, ...] = Field(
        (0.05, 0.10, 0.20), min_length=1, description="half-width of the band per tier, fraction"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")
    window: float = Field(300.0, gt=0, description="averaging time of the reference, seconds")
    step: float = Field(0.01, ge=0, description="smallest change of the reference, fraction (remembered)")
    limit_state: float = Field(15.0, ge=0, description="time at the edge of the band before a pause, seconds")
    pause: float = Field(300.0, gt=0, description="length of a pause, seconds")
    touch: float = Field(0.001, ge=0, description="distance from the band that counts as at its edge, fraction (guess)")

    _mean: TimeAverage = PrivateAttr(default_factory=TimeAverage)
    _reference: Floats = PrivateAttr(default_factory=lambda: np.array(np.nan))
    _age: Ints = PrivateAttr(default_factory=lambda: np.array(0))
    _since: Floats = PrivateAttr(default_factory=lambda: np.array(np.inf))

    def set_phase(self, view: PhaseView) -> Phases:
        """Set this tick's bands, and pause markets that were too long at the edge of theirs."""
        self._age = np.where(trading(view), self._age + 1, 0)
        banded = self._age > 1  # the first tick is the reopening auction, at any price
        self._follow(view, ~banded)
        band = by_tier(self.bands, self.tiers, len(view.mid)) * self._reference
        low, high = self._reference - band, self._reference + band
        pausing = self._stuck(view, banded, low, high)
        return Phases(
            phase=np.where(pausing, int(Phase.AUCTION), view.phase),
            until=np.where(pausing, view.time + self.pause, view.until),
            low=np.where(banded, low, 0.0),
            high=np.where(banded, high, np.inf),
        )

    def _follow(self, view: PhaseView, restart: Bools) -> None:
        mean = self._mean.add(view.time, view.mid, self.window, restart)
        renew = (self._age <= 2) | (np.abs(mean / self._reference - 1) >= self.step)
        self._reference = np.where(renew, mean, self._reference)

    def _stuck(self, view: PhaseView, banded: Bools, low: Floats, high: Floats) -> Bools:
        near = self.touch * self._reference
        edge = banded & ((view.mid <= low + near) | (view.mid >= high - near))
        self._since = np.where(edge, np.minimum(self._since, view.time), np.inf)
        stuck = view.time - self._since >= self.limit_state
        self._since = np.where(stuck, np.inf, self._since)
        return stuck
