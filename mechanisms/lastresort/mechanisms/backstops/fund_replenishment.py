"""B19: fees and liquidation surpluses refill the fund until it is back where it was."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import in_pools
from lastresort.mechanisms.contract import CashKind, CashView, Evidence, Mechanism, Routing


class FundReplenishment(Mechanism):
    """Send `fees` of the trading fees and `surplus` of the liquidation surpluses to each pool below its target.

    A pool gets at most target x peak - balance, flows into it cut in proportion; the rest is the treasury's. The
    paper's inflows from volume and funding are left out: the engine routes neither.
    """

    name: ClassVar[str] = "fund-replenishment"
    source: ClassVar[str] = "arXiv 2512.01112, insurance-fund process: IF' = IF + alpha x fees + ... - min(IF, D)"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    fees: float = Field(0.20, ge=0, le=1, description="share of trading fees for the fund (guess)")
    surplus: float = Field(1.0, ge=0, le=1, description="share of liquidation surpluses for the fund")
    target: float = Field(1.0, ge=0, description="balance at which the fund is full, share of its peak")

    def route_cash(self, view: CashView) -> Routing:
        """Fill each pool up to its target."""
        offered = view.amount * np.where(view.kind == CashKind.TRADING_FEE, self.fees, self.surplus)
        lacking = np.maximum(self.target * view.pool_peak - view.pool_balance, 0.0)
        sent = in_pools(lacking, view.pool, offered)
        return Routing(to_fund=np.divide(sent, view.amount, out=np.zeros_like(sent), where=view.amount > 0))
