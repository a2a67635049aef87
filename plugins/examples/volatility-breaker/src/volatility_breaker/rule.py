"""A breaker that measures a market by its own past: what is wild for one is usual for another."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import interrupt, trading
from lastresort.mechanisms.contract import Evidence, Floats, Ints, Mechanism, Phase, Phases, PhaseView


class VolatilityBreaker(Mechanism):
    """Stop a market whose volatility of the last minute exceeds `multiple` times what has been usual until then.

    Volatility is the square root of the mean squared log return of the mid per second, scaled to `fast` seconds; below
    `smallest` nothing trips. Both means are exponential ones, plain ones as long as the market has traded for less than
    their time constant. Trading resumes at one uniform price, which is seen in the second tick; returns count from
    the third on.
    """

    name: ClassVar[str] = "volatility-breaker"
    source: ClassVar[str] = "example of lastresort; no venue is known to run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    multiple: float = Field(3.0, gt=1, description="volatility that trips, over the usual one")
    smallest: float = Field(0.01, ge=0, description="volatility within `fast` seconds that never trips, fraction")
    fast: float = Field(60.0, gt=0, description="time constant of the volatility that trips, seconds")
    slow: float = Field(3600.0, gt=0, description="time constant of the usual volatility, seconds")
    halt: float = Field(120.0, gt=0, description="length of the interruption, seconds")

    _time: float = PrivateAttr(default=0.0)
    _mid: Floats = PrivateAttr(default_factory=lambda: np.array(1.0))
    _age: Ints = PrivateAttr(default_factory=lambda: np.array(0))  # ticks of trading since the start or the last halt
    _seen: Floats = PrivateAttr(default_factory=lambda: np.array(0.0))  # seconds whose returns have counted
    _now: Floats = PrivateAttr(default_factory=lambda: np.array(0.0))
    _usual: Floats = PrivateAttr(default_factory=lambda: np.array(0.0))

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Interrupt markets that have become too volatile."""
        threshold = np.maximum(self.smallest, self.multiple * np.sqrt(self._usual * self.fast))
        self._age = np.where(trading(view), self._age + 1, 0)
        self._measure(view)
        wild = np.sqrt(self._now * self.fast) > threshold
        out = (self._age > 2) & (self._seen > self.fast) & wild
        self._now = np.where(out, self._usual, self._now)
        return interrupt(view, out, Phase.AUCTION, view.time + self.halt)

    def _measure(self, view: PhaseView) -> None:
        """Take the return since the last tick into both means."""
        passed = max(view.time - self._time, 1e-9)
        variance = np.log(view.mid / self._mid) ** 2 / passed
        counts = self._age > 2
        self._seen = self._seen + np.where(counts, passed, 0.0)
        self._now = self._now + np.where(counts, (variance - self._now) * self._gain(passed, self.fast), 0.0)
        self._usual = self._usual + np.where(counts, (variance - self._usual) * self._gain(passed, self.slow), 0.0)
        self._time, self._mid = view.time, view.mid.copy()

    def _gain(self, passed: float, constant: float) -> Floats:
        return np.asarray(np.maximum(passed / np.maximum(self._seen, passed), -np.expm1(-passed / constant)))
