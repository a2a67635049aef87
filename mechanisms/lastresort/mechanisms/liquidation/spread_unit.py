"""L11: a hedged spread is liquidated as one unit and cheaply, the naked remainder first."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import over_unit, per_notional


class SpreadUnit(Mechanism):
    """Seize the naked part of each leg; the hedged parts together, and only once no naked part is left.

    With w = 1 - maintenance rate, a naked part pays (1 - w) / 5 of its notional, a spread (1 - w) / 25 on its long leg
    only (the spot leg of the source). The protocol lets liquidators choose how much to take, up to initial health;
    here all of what may be taken is. The other legs wait.
    """

    name: ClassVar[str] = "spread-unit"
    source: ClassVar[str] = "vertex-protocol/vertex-contracts@e138181, ClearinghouseLiq and Constants"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    naked: float = Field(0.2, ge=0, le=1, description="penalty of a naked part, fraction of its maintenance margin")
    spread: float = Field(0.04, ge=0, le=1, description="penalty of a spread, fraction of its long leg's maintenance")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize naked parts, or the spread if there are none."""
        size = np.abs(view.quantity)
        bare = 1 - np.divide(view.hedge, size, out=np.zeros(len(size)), where=size > 0)
        bare = np.where(bare > 1e-6, bare, 0.0)
        first = over_unit(view, bare) > 0
        rate = np.where(first, self.naked, np.where(view.quantity > 0, self.spread, 0.0))
        seize = np.where(first, bare, 1.0)
        penalty = np.minimum(rate * per_notional(view, view.maintenance), 1.0)
        return Liquidation(seize=seize, penalty=penalty, wait=seize == 0)
