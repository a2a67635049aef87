"""K2: halts at fixed falls below the session's reference price; the last level closes the market for the session."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import interrupt, trading
from lastresort.mechanisms.contract import Bools, Evidence, Floats, Ints, Mechanism, Phase, Phases, PhaseView


class StaticHalt(Mechanism):
    """Halt a market that fell by the next of `levels` below the mid at which its session began, each level once.

    Fall = 1 - mid / reference. A level fires once, for `hold` seconds, the fall has reached it and is more than
    `further` beyond the one that halted last; levels fire in order, also where the price jumps over one. The source
    measures the S&P 500 and halts all markets together; here each market has its own mid.
    """

    name: ClassVar[str] = "static-halt"
    source: ClassVar[str] = (
        "CME, Understanding Price Limits and Circuit Breakers: 7 % and 13 % halt for 15 minutes, 20 % for the day"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    levels: tuple[float, ...] = Field(
        (0.07, 0.13, 0.20), min_length=1, description="falls that halt, fractions, rising"
    )
    hold: float = Field(0.0, ge=0, description="time a fall must last, seconds")
    further: float = Field(0.0, ge=0, description="least fall beyond the one that halted last, fraction")
    halt: float = Field(900.0, gt=0, description="length of a halt, seconds")
    auction: float = Field(0.0, ge=0, description="length of the call auction after a halt, seconds")
    session: float = Field(86400.0, gt=0, description="length of a session, seconds")

    _session: int = PrivateAttr(-1)
    _reference: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))
    _trigger: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))
    _reached: Ints = PrivateAttr(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _since: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))
    _call: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Halt markets that reached their next level; call the auction where a halt has ended."""
        if view.time // self.session > self._session:
            self._begin_session(view)
        below, calling = view.mid < self._trigger, view.time >= self._call
        if not (below.any() or calling.any()):
            self._since[:] = np.inf
            return None
        calling &= trading(view)
        halting = self._fallen(view, below & trading(view) & ~calling)
        until = np.where(calling, view.time + self.auction, self._reopening(view.time))
        self._call[calling] = np.inf
        if self.auction:
            self._call[halting] = until[halting]
        phase = np.where(calling, int(Phase.AUCTION), int(Phase.HALT))
        return interrupt(view, calling | halting, phase, until)

    def _begin_session(self, view: PhaseView) -> None:
        self._session = int(view.time // self.session)
        self._reference = view.mid.copy()
        self._trigger = self._reference * (1 - self.levels[0])
        self._reached = np.zeros(len(view.mid), dtype=np.int64)
        self._since, self._call = np.full(len(view.mid), np.inf), np.full(len(view.mid), np.inf)

    def _fallen(self, view: PhaseView, below: Bools) -> Bools:
        """Markets that have been below their trigger long enough; their next trigger is lower."""
        self._since = np.where(below, np.minimum(self._since, view.time), np.inf)
        fallen = view.time - self._since >= self.hold
        self._since[fallen] = np.inf
        self._reached = self._reached + fallen
        level = np.append(self.levels, np.inf)[self._reached]
        fall = 1 - view.mid / self._reference
        following = self._reference * (1 - np.maximum(level, fall + self.further))
        self._trigger = np.where(fallen, following, self._trigger)
        return fallen

    def _reopening(self, time: float) -> Floats:
        """End of a halt that begins now: the end of the session where the last level is reached."""
        closed = self._reached == len(self.levels)
        return np.where(closed, (self._session + 1) * self.session, time + self.halt)
