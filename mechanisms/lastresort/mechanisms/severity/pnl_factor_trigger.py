"""T6: part of the inventory is placed before the pool behind it is insolvent, once losses reach a share of the pool."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, Floats, Ints, LossSharing, Mechanism, ResidualView

Factor = Annotated[float, Field(gt=0)]


class PnlFactorTrigger(Mechanism):
    """Place the share (factor - after) / factor of the inventory where factor = shortfall / pool exceeds `start`.

    GMX: traders' profit over the pool that owes it, per side of a market; liquidity providers are the counterparty. An
    order-book venue owes nobody's profit but the loss its engine would make: the translation is the shortfall of all
    markets of an insurance pool over that pool and its vault's equity. Losses grow with inventory, so placing that
    share brings the factor down to about `after`. Inventory is placed whether a fund would cover it or not.
    """

    name: ClassVar[str] = "pnl-factor-trigger"
    source: ClassVar[str] = "gmx-io/gmx-synthetics@a5c0c88, maxPnlFactorForAdl and minPnlFactorAfterAdl"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    start: tuple[Factor, ...] = Field(
        (0.85, 0.55), min_length=1, description="factor that starts it, by pool; the last holds for later pools"
    )
    after: tuple[Factor, ...] = Field(
        (0.77, 0.50), min_length=1, description="factor it leaves, by pool; the last holds for later pools"
    )

    @model_validator(mode="after")
    def _leaves_less(self) -> "PnlFactorTrigger":
        pools = np.arange(max(len(self.start), len(self.after)))
        if (_by_pool(self.after, pools) > _by_pool(self.start, pools)).any():
            raise ValueError("'after' must not exceed 'start'")
        return self

    def share_loss(self, view: ResidualView) -> LossSharing:
        """The share that brings the factor down."""
        money = np.maximum(view.pool_balance, 0.0) + np.maximum(view.vault_equity, 0.0)
        shortfall = np.bincount(view.pool, view.shortfall, len(money))
        pools = np.arange(len(money))
        fired = (shortfall > 0) & (shortfall > _by_pool(self.start, pools) * money)
        left = np.divide(_by_pool(self.after, pools) * money, shortfall, out=np.ones_like(money), where=fired)
        share = (1 - left)[view.pool] * (view.inventory != 0)
        return LossSharing(contracts=share, dollars=scaled(view, fired[view.pool]).dollars)


def _by_pool(values: tuple[float, ...], pools: Ints) -> Floats:
    return np.array(values)[np.minimum(pools, len(values) - 1)]
