"""L13: at most half of the position is taken over while the account is not yet close to bankruptcy."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism


class HalfUntilClose(Mechanism):
    """Seize half of each position while equity is at least half the maintenance margin, all of it below, for a penalty.

    Half is allowed per call and calls may follow one another; here one call is made per tick. The protocol allows half
    of the account's value in any one market, here each leg is halved. That it refuses liquidations whose bad debt its
    fund cannot pay is a brake on the venue and not modelled.
    """

    name: ClassVar[str] = "half-until-close"
    source: ClassVar[str] = "perpetual-protocol/perp-curie-contract@d520bd8, AccountBalance.getLiquidatablePositionSize"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    share: float = Field(0.5, gt=0, le=1, description="share seized at a time")
    close: float = Field(0.5, ge=0, le=1, description="equity below which all is seized, multiple of maintenance")
    small: float = Field(100.0, ge=0, description="notional below which all is seized, USD")
    penalty: float = Field(0.025, ge=0, le=1, description="most the account pays, as a fraction of notional")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize half or all."""
        partly = (view.equity >= self.close * view.maintenance) & (view.unit_notional >= self.small)
        return Liquidation(seize=np.where(partly, self.share, 1.0), penalty=self.penalty)
