"""A38: an auction in which winners name the premium for which they let themselves be closed."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity
from lastresort.mechanisms.contract import Allocation, Candidates, Evidence, Floats, LossEvent, Mechanism


class CompensatedAuction(Mechanism):
    """Close opposite accounts at the mark plus the premium they ask, cheapest first, as far as the fund pays for it.

    Assumed behaviour: account i asks (premium + rehedging x hedged share_i) / max(1, leverage_i) of the mark. Who loses
    a hedge wants to be paid for buying it again, wherever the other leg is (a bid may use what the venue cannot see);
    who is highly levered is glad to leave. Every account gets its own ask (pay as bid), or the bankruptcy price where
    that is better for it; the engine trades at the bankruptcy price and the fund pays the gap. Nobody is closed against
    its will: what the fund cannot pay for stays with the engine, for an ordinary deleveraging stage below.
    """

    name: ClassVar[str] = "compensated-auction"
    source: ClassVar[str] = "design of this project; no venue is known to run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    premium: float = Field(0.001, ge=0, le=0.4, description="ask without hedge or leverage, share of the mark (guess)")
    rehedging: float = Field(0.01, ge=0, le=0.4, description="further ask of a full hedge, share of the mark (guess)")

    def allocate(self, event: LossEvent) -> Allocation:
        """Take the cheapest asks that the engine's inventory and the fund reach."""
        side, asks = -np.sign(event.contracts), self._asks(event.candidates)
        bankruptcy = event.bankruptcy_price if event.contracts else event.mark
        gain = np.maximum(side * (event.mark * (1 + side * asks) - bankruptcy), 0.0)
        close = in_order(abs(event.contracts), capacity(event, event.mark), -asks)
        return Allocation(
            close=_paid_for(close, gain, asks, event.fund),
            charge=np.zeros_like(close),
            winner_price=bankruptcy + side * gain,
            loser_price=bankruptcy,
        )

    def _asks(self, holders: Candidates) -> Floats:
        size = np.abs(holders.quantity)
        hedged = np.minimum(holders.hedge + holders.attested_hedge, size)
        share = np.divide(hedged, size, out=np.zeros_like(size), where=size > 0)
        return (self.premium + self.rehedging * share) / np.maximum(holders.leverage, 1.0)


def _paid_for(close: Floats, gain: Floats, asks: Floats, fund: float) -> Floats:
    """The closes `[n]` that `fund` pays for, lowest ask first, at `gain` USD per contract over the engine's price."""
    paid = in_order(max(fund, 0.0), close * gain, -asks)
    return np.minimum(np.divide(paid, gain, out=close.copy(), where=gain > 0), close)
