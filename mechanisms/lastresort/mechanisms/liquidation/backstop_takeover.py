"""L6 (stage 2), L17 (close-out): the backstop takes whole accounts with their margin."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism


class BackstopTakeover(Mechanism):
    """Seize accounts below `threshold` x maintenance at the bankruptcy price, so that none of their margin returns.

    An account of the venue's own backstop vault is taken over once its equity is below zero, not before; until then it
    waits, whatever its margin. Other accounts above the threshold are left to the next stage.
    """

    name: ClassVar[str] = "backstop-takeover"
    source: ClassVar[str] = "Hyperliquid docs, Liquidations (2/3 of maintenance); docs.lighter.xyz (close-out margin)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    threshold: float = Field(2 / 3, ge=0, le=1, description="equity below which to act, multiple of maintenance margin")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize what is below the threshold."""
        below = view.equity < np.where(view.vault, 0.0, self.threshold * view.maintenance)
        return Liquidation(seize=below.astype(np.float64), penalty=1.0, wait=view.vault & ~below)
