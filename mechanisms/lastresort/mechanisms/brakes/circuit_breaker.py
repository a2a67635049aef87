"""K1: a dynamic circuit breaker per market: too large a fall within a rolling window halts trading for a while."""

from collections import deque
from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Bools, Evidence, Floats, Mechanism, Phase, Phases, PhaseView


class CircuitBreaker(Mechanism):
    """Halt a market once its mid leaves the `limit` around its high and low of the last `window` seconds.

    The window restarts at the reopening. Prices are sampled every `sample` seconds.
    """

    name: ClassVar[str] = "circuit-breaker"
    source: ClassVar[str] = (
        "CME dynamic circuit breaker FAQ (60-minute rolling high/low, 2-minute halt); 10 % as for bitcoin futures"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    limit: float = Field(0.10, gt=0, lt=1, description="largest move within the window, fraction")
    window: float = Field(3600.0, gt=0, description="length of the rolling window, seconds")
    halt: float = Field(120.0, gt=0, description="length of a halt, seconds")
    sample: float = Field(10.0, gt=0, description="time between two samples, seconds")

    _mids: deque[tuple[float, Floats]] = PrivateAttr(default_factory=deque)
    _floor: Floats = PrivateAttr(default_factory=lambda: np.array(-np.inf))
    _ceiling: Floats = PrivateAttr(default_factory=lambda: np.array(np.inf))
    _since: Floats = PrivateAttr(default_factory=lambda: np.array(-np.inf))

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Halt markets that left their band."""
        if not self._mids or view.time >= self._mids[-1][0] + self.sample:
            self._remember(view)
        open_now = view.phase != Phase.HALT
        out = open_now & ((view.mid < self._floor) | (view.mid > self._ceiling))
        if not out.any():
            return None
        self._restart(out, view.time + self.halt)
        return Phases(
            phase=np.where(out, int(Phase.HALT), view.phase), until=np.where(out, view.time + self.halt, view.until)
        )

    def _restart(self, out: Bools, reopening: float) -> None:
        """Forget the band of the halted markets until the first sample after their reopening."""
        self._since = np.where(out, reopening, self._since)
        self._floor = np.where(out, -np.inf, self._floor)
        self._ceiling = np.where(out, np.inf, self._ceiling)

    def _remember(self, view: PhaseView) -> None:
        self._mids.append((view.time, view.mid.copy()))
        while self._mids[0][0] < view.time - self.window:
            self._mids.popleft()
        times = np.array([time for time, _ in self._mids])
        mids = np.array([mid for _, mid in self._mids])
        fresh = times[:, None] >= self._since
        high = np.where(fresh, mids, -np.inf).max(axis=0)
        low = np.where(fresh, mids, np.inf).min(axis=0)
        self._floor, self._ceiling = high * (1 - self.limit), low * (1 + self.limit)
