"""S8: winners of a market are paid at most a share of the pool behind it."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.charging import charges
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class CappedProfit(Mechanism):
    """Scale the profits of the winning side down to `share` of the pool, as far as losses need the excess.

    h = min(L, (sum of profits - share x pool)+) / sum of profits. GMX's liquidity pool is the counterparty of every
    trader; its part is played by the market's insurance pool together with the backstop vault of that pool. GMX cuts
    profits when they are realised and leaves the excess to the pool; here it is cut when there is a loss, and no more
    than the loss.
    """

    name: ClassVar[str] = "capped-profit"
    source: ClassVar[str] = "gmx-io/gmx-synthetics@a5c0c88, maximum PnL factor for traders (0.90, synthetic 0.60)"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    share: float = Field(0.90, ge=0, description="most that profits of one side may be, as a multiple of the pool")

    _vault: dict[int, float] = PrivateAttr(default_factory=dict)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from the opposite side."""
        vaults = np.maximum(view.vault_equity, 0.0)[view.pool]
        self._vault.update(zip(view.market.tolist(), vaults.tolist(), strict=True))
        return collect(view, Scope.OPPOSITE)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to profits, out of the excess only."""
        holders = event.candidates
        profit = np.minimum(np.maximum(holders.profit, 0.0), holders.spendable)
        pool = max(event.fund, 0.0) + self._vault.get(event.market, 0.0)
        excess = max(float(profit.sum()) - self.share * pool, 0.0)
        return charges(event, in_proportion(min(event.dollars, excess), profit))
