"""L3: positions of the third tier and above are cut by two tiers per attempt, lower ones taken over whole."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import value


class TwoTierReduction(Mechanism):
    """Cut a position of tier k >= 3 to the cap of tier k - 2 by an order, test again next tick, and repeat.

    Tiers are of equal width, tier k = ceil(notional / width); the venue's tables widen upwards. Orders stop at the
    bankruptcy price. Lower tiers, and accounts without equity, are taken over whole at the bankruptcy price.
    """

    name: ClassVar[str] = "two-tier-reduction"
    source: ClassVar[str] = "OKX help 360020411711 (partial liquidation); two tiers per attempt: mirrors"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    width: float = Field(500e3, gt=0, description="width of a position tier, USD of notional (guess)")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order two tiers off the large ones, seize the others."""
        size = value(view)
        kept = self.width * np.maximum(np.ceil(size / self.width) - 2, 0.0)
        large = (kept > 0) & (view.equity > 0)
        cut = 1 - np.divide(kept, size, out=np.zeros(len(size)), where=size > 0)
        return Liquidation(
            seize=np.where(large, 0.0, 1.0),
            penalty=1.0,
            order=np.where(large, cut, 0.0),
            limit=view.bankruptcy_price,
        )
