"""S6, S18, K18: a market whose loss its fund cannot bear is settled and stays shut."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.brakes.interruption import interrupt
from lastresort.mechanisms.contract import Evidence, Mechanism, Phase, Phases, PhaseView


class SettleInsolventMarket(Mechanism):
    """Close every position at the settlement price once the engine's deficit exceeds `share` x the insurance pool.

    Injective settles a market as soon as its fund cannot pay. Here a deficit is valued at mid and may pass, so that
    those below `smallest` are ignored. Prices are those of the policy's price rule; Hyperliquid's validators chose
    JELLY's by vote.
    """

    name: ClassVar[str] = "settle-insolvent-market"
    source: ClassVar[str] = (
        "InjectiveFoundation/injective-core@c7b042e, settlement of insolvent markets; Hyperliquid JELLY, March 2025"
    )
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    share: float = Field(1.0, ge=0, description="largest deficit, as a share of the insurance pool")
    smallest: float = Field(10_000.0, ge=0, description="deficit below which a market stays open, USD (guess)")

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Settle insolvent markets for good."""
        beyond = view.deficit > np.maximum(self.share * view.fund, self.smallest)
        return interrupt(view, beyond & (view.phase != Phase.SETTLE), Phase.SETTLE, np.inf)
