"""L20 (Delta): only what the book takes within a tolerated loss is taken over to be sold."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import per_notional


class LossTolerance(Mechanism):
    """Seize the share that today's book takes at a loss of at most `tolerance` beyond the account's equity.

    In a book of even depth a share f sells at f x `impact` below the mark on average, so f = (tolerance + E / N) /
    impact. The rest is asked about again next tick. A position that has lost more than the tolerance at the mark itself
    is left to the next stage: Delta deleverages it there and then, here a takeover with deleveraging after it does.
    """

    name: ClassVar[str] = "loss-tolerance"
    source: ClassVar[str] = "Delta Exchange help 80001177931 (the engine bears at most 5 % per contract, then ADL)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    tolerance: float = Field(0.05, ge=0, description="largest loss beyond the bankruptcy price, fraction of notional")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize what can be sold."""
        room = self.tolerance + per_notional(view, view.equity)
        share = np.divide(room, view.impact, out=np.ones(len(room)), where=view.impact > np.maximum(room, 0.0))
        return Liquidation(seize=np.where(room > 0, share, 0.0), penalty=1.0)
