"""Taker-socialized funding: those outside the makers' programme pay it a running fee while the market is stressed."""

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import Intervention, MarketView, Mechanism


class TakerFunding(Mechanism):
    """Charge everybody but members `rate` of notional an hour while volatility is high; members get `paid` of it."""

    name = "taker-funding"
    source = "own design: the cost of standing ready is paid by those who do not"
    asked_every = 300.0

    rate: float = Field(0.0002, ge=0, description="of notional, per hour")
    paid: float = Field(0.5, ge=0, le=1, description="of it that members of the programme get; the fund gets the rest")
    loud: float = Field(3.0, ge=1, description="volatility from which it is charged, relative to normal")

    def intervene(self, view: MarketView) -> Intervention | None:
        who = view.candidates
        if view.volatility < self.loud:
            return None
        member = who.programme > 0
        fee = np.where(member, 0.0, np.minimum(self.rate / 12 * who.notional, 0.01 * who.spendable))
        ready = np.where(member, who.notional, 0.0)
        return Intervention(charge=fee - self.paid * fee.sum() * ready / max(ready.sum(), 1.0))
