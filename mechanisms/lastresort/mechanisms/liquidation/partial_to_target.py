"""L20 (Dango): close just enough of every leg that the account meets its margin again."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import share_to_restore


class PartialToTarget(Mechanism):
    """Order the share of each position that brings equity back to `target` x maintenance, if filled at the mark.

    f = (t MM - E) / (t MM - fee N), 1 where no sale is enough. All legs are cut alike, where Dango starts with the leg
    of the largest margin; orders stop at the bankruptcy price. Accounts without equity are left to the next stage.
    """

    name: ClassVar[str] = "partial-to-target"
    source: ClassVar[str] = "docs.dango.exchange/perps/4-liquidation-and-adl (just enough); target and even cut our own"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    target: float = Field(1.1, ge=1, description="equity to reach, multiple of maintenance margin (guess)")
    fee: float = Field(0.0, ge=0, lt=1, description="fee on fills, to the insurance fund, fraction of their value")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order what restores the margin."""
        share = share_to_restore(view, self.target * view.maintenance, self.fee)
        return Liquidation(
            seize=np.zeros(len(share)),
            penalty=1.0,
            order=np.where(view.equity > 0, share, 0.0),
            limit=view.bankruptcy_price,
            order_fee=self.fee,
        )
