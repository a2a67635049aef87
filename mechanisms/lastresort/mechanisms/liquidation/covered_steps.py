"""L16 (multi-collateral): a tenth at a time, then the whole, then takeover."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism


class CoveredSteps(Mechanism):
    """Order a step of the position per tick, `steps` times, then all of it once, then seize it at the bankruptcy price.

    No order trades worse than the bankruptcy price, nor further than `band` from the mark (the venue measures the band
    from the best quote, in a last step of its own after assignment). Accounts without equity are seized at once.
    """

    name: ClassVar[str] = "covered-steps"
    source: ClassVar[str] = "Kraken Derivatives, Equity Protection Process (support 360022835671), rules of March 2026"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    step: float = Field(0.1, gt=0, le=1, description="share of the position ordered in a step")
    steps: int = Field(5, ge=0, description="steps before the whole is ordered (guess)")
    band: float = Field(0.05, ge=0, le=1, description="largest distance of an order from the mark, fraction")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order a step, the whole, or seize."""
        ordering = (view.orders <= self.steps) & (view.equity > 0)
        side = np.sign(view.quantity)
        nearest = side * np.maximum(side * view.bankruptcy_price, side * view.mark * (1 - side * self.band))
        return Liquidation(
            seize=np.where(ordering, 0.0, 1.0),
            penalty=1.0,
            order=np.where(ordering, np.where(view.orders < self.steps, self.step, 1.0), 0.0),
            limit=nearest,
        )
