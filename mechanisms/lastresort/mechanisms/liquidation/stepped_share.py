"""L18: all positions are cut by the same share, the smallest of a few steps that brings the margin ratio down."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import per_notional


class SteppedShare(Mechanism):
    """Take over the smallest share f of step, 2 step, ..., 1 that leaves the account a margin ratio below `target`.

    Ratio after = (1 - f) MM / (E - f fee MM); f = 1 where no share is enough, or nothing is left. The penalty f fee MM
    goes to the insurance fund, which takes the positions at the mark less that. Paradex's page contradicts itself: its
    text sets the fee to 70 % of maintenance margin, its worked example (a share of 40 % for a penalty of 17.76 on a
    margin of 88.80) needs 50 %. The text's figure is the default here; `fee: 0.5` gives the example.
    """

    name: ClassVar[str] = "stepped-share"
    source: ClassVar[str] = (
        "Paradex docs, risk/liquidations (partial liquidation in multiples of 20 %, ratio below 90 %)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    step: float = Field(0.2, gt=0, le=1, description="shares are multiples of it")
    target: float = Field(0.9, gt=0, description="margin ratio (maintenance over equity) to get below")
    fee: float = Field(0.7, ge=0, le=1, description="penalty for a whole position, fraction of maintenance margin")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Take over the same share of every leg."""
        shares = np.minimum(self.step * np.arange(1, np.ceil(1 / self.step) + 1), 1.0)
        margin, equity = view.maintenance[:, None], view.equity[:, None]
        enough = (1 - shares) * margin < self.target * (equity - shares * self.fee * margin)
        smallest = np.where(enough.any(axis=1), shares[np.argmax(enough, axis=1)], 1.0)
        return Liquidation(seize=smallest, penalty=np.clip(per_notional(view, self.fee * view.maintenance), 0.0, 1.0))
