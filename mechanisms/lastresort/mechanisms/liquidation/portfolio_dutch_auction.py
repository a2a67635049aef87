"""L15: a share of the whole portfolio is auctioned at a discount that grows until somebody bids."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Floats, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import over_unit, per_notional, value


class PortfolioDutchAuction(Mechanism):
    """Offer all legs in proportion for d x equity, d falling from 0.95 to 0.70 and on to 0, until a bidder takes them.

    Largest share f = (B - E) / (B - (1 - d) E) with B = (1 + buffer) MM: it leaves the account at equity = B. A bidder
    takes it once the discount (1 - d) f E pays for closing it in today's book, f x `impact` of its value in a book of
    even depth (our assumption; the source leaves bidders free). Here the engine takes the share at that discount, for
    in the model only engines take portfolios. No reserved cash, no up-front fee. Accounts without equity are left to
    the next stage, as the auction of insolvent accounts is another one.
    """

    name: ClassVar[str] = "portfolio-dutch-auction"
    source: ClassVar[str] = "derivexyz/v2-core@7736900, DutchAuction and config-mainnet.sol"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    start: float = Field(0.95, gt=0, le=1, description="first bid, fraction of the portfolio's equity")
    middle: float = Field(0.70, gt=0, le=1, description="bid at the end of the fast part, fraction of equity")
    fast: float = Field(900.0, gt=0, description="length of the fast part, seconds")
    slow: float = Field(43_200.0, gt=0, description="age at which the bid is zero, seconds")
    buffer: float = Field(0.15, ge=0, description="margin beyond maintenance to reach, fraction of maintenance")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize the auctioned share where a bidder would take it, wait elsewhere."""
        offered = view.equity > 0
        discount = self._discount(view.since)
        need = (1 + self.buffer) * view.maintenance
        left = need - discount * view.equity
        share = np.clip(np.divide(need - view.equity, left, out=np.zeros(len(left)), where=left > 0), 0.0, 1.0)
        cost = share * over_unit(view, view.impact * value(view))
        taken = offered & (discount * view.equity >= cost)
        penalty = np.clip(discount * per_notional(view, view.equity), 0.0, 1.0)
        return Liquidation(seize=np.where(taken, share, 0.0), penalty=penalty, wait=offered)

    def _discount(self, age: Floats) -> Floats:
        bid = np.interp(age, [0.0, self.fast, max(self.slow, self.fast)], [self.start, self.middle, 0.0])
        return np.asarray(1 - bid)
