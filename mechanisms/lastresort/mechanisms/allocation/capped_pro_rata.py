"""A22: equal haircuts under a cap for every account."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import affordable
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class CappedProRata(Deleveraging):
    """Seize the same fraction of every profit, from nobody more than its cap.

    h_i = min(eta, beta_i), beta_i = min(hbar, (e_i - floor_i) / w_i), w_i = (profit)+, eta such that the budget is met.
    It alone minimises sum of w_i phi(h_i) for every strictly convex phi (the weights are the appendix's; the main text
    omits them). The equity floor is stated in maintenance margins, the paper leaves it open. Where all caps together
    fall short of the budget the paper calls the problem infeasible; here the rest stays with the engine.
    """

    name: ClassVar[str] = "capped-pro-rata"
    source: ClassVar[str] = "capped pro-rata rule and its water-filling algorithm, arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")
    hbar: float = Field(0.5, gt=0, le=1, description="largest share of its profit an account loses per event (guess)")
    floor: float = Field(1.0, ge=0, description="equity left at least, in maintenance margins of the account (guess)")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        profit = np.maximum(holders.profit, 0.0)
        kept = self.floor * holders.maintenance if self.floor else 0.0
        most = np.minimum(self.hbar * profit, holders.equity - kept)
        return water_fill(abs(event.contracts), profit, affordable(event, self.price, size, most))
