"""L2, L4: large positions step down one risk limit at a time, the lowest is taken over whole."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import per_notional, value


class RiskLimitStepDown(Mechanism):
    """Order the excess over the next lower risk limit at the bankruptcy price; take over what cannot be sold so.

    The venue's order is fill or kill. Here it is immediate or cancel, and only sent if today's book would fill it:
    in a book of even depth the last contract of a share f sells 2 f x `impact` below the mark, which may not exceed
    equity / notional. Risk limits are multiples of one step, as at BitMEX.
    """

    name: ClassVar[str] = "risk-limit-step-down"
    source: ClassVar[str] = "Bybit, UTA Trading Rules and help 000001381 (fill or kill down the limits); BitMEX alike"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    step: float = Field(2e6, gt=0, description="distance between two risk limits, USD of notional (remembered)")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order one step where there is a lower limit and the book is deep enough, seize otherwise."""
        size = value(view)
        lower = self.step * np.maximum(np.ceil(size / self.step) - 1, 0.0)
        excess = 1 - np.divide(lower, size, out=np.zeros(len(size)), where=size > 0)
        fills = (lower > 0) & (view.equity > 0) & (2 * excess * view.impact <= per_notional(view, view.equity))
        return Liquidation(
            seize=np.where(fills, 0.0, 1.0),
            penalty=1.0,
            order=np.where(fills, excess, 0.0),
            limit=view.bankruptcy_price,
        )
