"""K15: funding is paid more often after a payment at the cap."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Bools, Evidence, Floats, Ints, Mechanism, Prices, PriceView


class FundingEscalation(Mechanism):
    """Shorten the funding interval by one level after each payment at the cap; return to the first once it is calm.

    Levels 8, 4, 2 and 1 hours. OKX returns when the premium "has sustained normal levels"; here a payment below
    `calm` x cap is enough, and one in between changes nothing.
    """

    name: ClassVar[str] = "funding-escalation"
    source: ClassVar[str] = "OKX announcement, automatic funding fee settlement frequency adjustment, 2026-04-14"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    cap: float = Field(0.00375, gt=0, description="largest funding rate per payment, fraction (OKX's example)")
    intervals: tuple[float, ...] = Field(
        (28800.0, 14400.0, 7200.0, 3600.0), min_length=1, description="time between payments per level, seconds"
    )
    calm: float = Field(0.5, ge=0, le=1, description="rate below which the interval returns, share of the cap (guess)")

    _level: Ints = PrivateAttr(default_factory=lambda: np.array(0))
    _time: float = PrivateAttr(0.0)
    _due: Floats = PrivateAttr(default_factory=lambda: np.array(np.inf))
    _rate: Floats = PrivateAttr(default_factory=lambda: np.array(0.0))

    def set_prices(self, view: PriceView) -> Prices:
        """Set cap and interval, and leave the prices alone."""
        paid = self._due <= view.time - self._time
        if paid.any():
            self._escalate(paid)
        self._time, self._due, self._rate = view.time, view.funding_due.copy(), np.abs(view.funding_rate)
        interval = np.broadcast_to(np.asarray(self.intervals)[self._level], len(view.mark))
        return Prices(view.mark, view.mark, view.mark, funding_cap=self.cap, funding_interval=interval)

    def _escalate(self, paid: Bools) -> None:
        """Move the markets that paid just now by the rate they paid."""
        capped = paid & (self._rate >= self.cap * (1 - 1e-9))
        normal = paid & (self._rate < self.cap * self.calm)
        self._level = np.where(normal, 0, np.minimum(self._level + capped, len(self.intervals) - 1))
