"""L17: orders limited by the zero price, at which a fill leaves equity over maintenance margin as it was."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import fee_left, per_notional, share_to_restore


class ZeroPriceOrder(Mechanism):
    """Order what restores the margin, net of the fee at no worse than the zero price.

    Closing a share f of quantity q at price x leaves E + f q (x - p) of equity and (1 - f) MM of maintenance; their
    ratio is still E / MM where x = p (1 - side E / N) for all legs alike, N the unit's notional. The venue charges what
    a fill brings above the zero price, up to `fee`; here the charge is fixed beforehand, by today's `impact`, and the
    limit is raised by it. Accounts without equity are left to the next stage.
    """

    name: ClassVar[str] = "zero-price-order"
    source: ClassVar[str] = "docs.lighter.xyz, Liquidations and insurance fund (zero price, fee up to 1 %)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    fee: float = Field(0.01, ge=0, lt=1, description="largest fee on fills, fraction of their value")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order at the zero price."""
        side, fee = np.sign(view.quantity), fee_left(view, self.fee)
        zero = view.mark * (1 - side * per_notional(view, view.equity))
        share = share_to_restore(view, view.maintenance)
        return Liquidation(
            seize=np.zeros(len(share)),
            penalty=1.0,
            order=np.where(view.equity > 0, share, 0.0),
            limit=zero / (1 - side * fee),
            order_fee=fee,
        )
