"""T5, T7: losses are shared only where the book cannot take the inventory at a tolerable price."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class UnfilledTrigger(Mechanism):
    """Leave the severity in force where selling the inventory would lose more than `tolerance` of its value on top.

    Cost = (shortfall - deficit) / (|inventory| x mark), understated by the engine's cushion where it has one. Delta
    accepts 5 % per contract, WhiteBIT and Dango wait until the book is exhausted, dYdX until a liquidation order finds
    no taker. A fund placed above this rule hides the losses it promises to pay; place it below to deleverage first.
    """

    name: ClassVar[str] = "unfilled-trigger"
    source: ClassVar[str] = (
        "Delta Exchange help 80001177931 (5 %); docs.whitebit.com/concepts/auto-deleveraging; "
        "docs.dango.exchange/perps/4-liquidation-and-adl"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    tolerance: float = Field(0.05, ge=0, description="largest cost of selling that the book may ask, share of value")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Share where the book is exhausted."""
        value = np.abs(view.inventory) * view.mark
        return scaled(view, (value > 0) & (view.shortfall - view.deficit > self.tolerance * value))
