"""K1, K3: a dynamic circuit breaker per market: too large a move within a rolling window, then a call auction."""

from typing import ClassVar

from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import interrupt, trading
from lastresort.mechanisms.brakes.rolling import RollingExtremes
from lastresort.mechanisms.contract import Evidence, Mechanism, Phase, Phases, PhaseView


class CircuitBreaker(Mechanism):
    """Stop a market once its mid leaves the `limit` around its high and low of the last `window` seconds.

    Out where mid < high x (1 - limit) or mid > low x (1 + limit). Trading resumes at one uniform price, as after
    CME's pre-open, and the window restarts there. CME takes the limit from the prior settlement instead of from the
    extremes, and sees every trade where this rule samples prices every `sample` seconds.
    """

    name: ClassVar[str] = "circuit-breaker"
    source: ClassVar[str] = (
        "CME dynamic circuit breaker FAQ (60-minute rolling high/low, 2-minute pre-open); 10 % as for bitcoin futures"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    limit: float = Field(0.10, gt=0, lt=1, description="largest move within the window, fraction")
    window: float = Field(3600.0, gt=0, description="length of the rolling window, seconds")
    halt: float = Field(120.0, gt=0, description="length of the interruption, seconds")
    sample: float = Field(10.0, gt=0, description="time between two samples, seconds")

    _closed: ClassVar[Phase] = Phase.AUCTION
    _mids: RollingExtremes = PrivateAttr(default_factory=RollingExtremes)

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Interrupt markets that left their band."""
        mids, mid = self._mids, view.mid
        mids.add(view.time, mid, self.window, self.sample)
        out = (mid < mids.high * (1 - self.limit)) | (mid > mids.low * (1 + self.limit))
        if not out.any():
            return None
        out &= trading(view)
        if out.any():
            mids.restart(out, view.time + self.halt)
        return interrupt(view, out, self._closed, view.time + self.halt)
