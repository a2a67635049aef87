"""K6: a volatility interruption: a price outside its dynamic or static range calls an auction."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.interruption import interrupt, trading
from lastresort.mechanisms.contract import Evidence, Floats, Ints, Mechanism, Phase, Phases, PhaseView


class VolatilityAuction(Mechanism):
    """Auction once |mid / last mid - 1| > `dynamic` or |mid / last auction price - 1| > `static`.

    Venues look at the price an order would trade at and stop before that trade; here a tick's trades are done at one
    price and the auction follows them. Auctions end at random after a fixed time (Zagreb: up to 5 minutes later); here
    the end is fixed. Before the first auction the static reference is the price at the start.
    """

    name: ClassVar[str] = "volatility-auction"
    source: ClassVar[str] = (
        "Eurex, Volatility Interruption Functionality (dynamic and static); Zagreb Stock Exchange (8-minute auction)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    dynamic: float = Field(0.03, gt=0, lt=1, description="range around the last price, fraction (guess)")
    static: float = Field(0.10, gt=0, lt=1, description="range around the last auction price, fraction (guess)")
    auction: float = Field(480.0, gt=0, description="length of the auction, seconds")

    _last: Floats = PrivateAttr(default_factory=lambda: np.array(np.nan))
    _static: Floats = PrivateAttr(default_factory=lambda: np.array(np.nan))
    _age: Ints = PrivateAttr(default_factory=lambda: np.array(0))

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Call auctions where the price left a range."""
        self._age = np.where(trading(view), self._age + 1, 0)
        jumped = np.abs(view.mid / self._last - 1) > self.dynamic
        strayed = np.abs(view.mid / self._static - 1) > self.static
        # the auction clears in the first tick of trading, so that its price is first seen in the second
        self._static = np.where(self._age <= 2, view.mid, self._static)
        self._last = view.mid.copy()
        out = (self._age > 2) & (jumped | strayed)
        return interrupt(view, out, Phase.AUCTION, view.time + self.auction)
