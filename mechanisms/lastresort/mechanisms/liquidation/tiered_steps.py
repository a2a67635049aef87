"""L1: one order that steps the position down the notional tiers, then takeover at the bankruptcy price."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import per_notional, share_to_restore, value


class TieredSteps(Mechanism):
    """Send one order down to the largest tier at which the margin is met again; what is still breached is taken over.

    A position of notional n keeps the largest tier cap <= n (1 - f), f the share that restores equity = maintenance
    after the fee; it is closed whole below the first cap, or where the maintenance rate is below the fee. The tiers'
    own rates are not used: in the model the maintenance rate does not rise with size, the venue's margin terms set it.
    """

    name: ClassVar[str] = "tiered-steps"
    source: ClassVar[str] = "Binance, Liquidation Protocols (support/faq 360033525271); BTCUSDT tiers, older snapshot"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    caps: tuple[float, ...] = Field(
        (50e3, 250e3, 1e6, 10e6, 20e6, 50e6, 100e6, 200e6, 300e6, 500e6),
        min_length=1,
        description="largest notional of each tier, USD",
    )
    fee: float = Field(0.01, ge=0, lt=1, description="clearance fee on fills, fraction of their value")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order the step down once, then seize the rest."""
        first = (view.orders == 0) & (view.equity > 0)
        size = value(view)
        tiers = np.array([0.0, *sorted(self.caps)])
        affordable = size * (1 - share_to_restore(view, view.maintenance, self.fee))
        kept = tiers[np.searchsorted(tiers, affordable, side="right") - 1]
        kept = np.where(per_notional(view, view.maintenance) < self.fee, 0.0, kept)
        step = 1 - np.divide(kept, size, out=np.zeros(len(size)), where=size > 0)
        return Liquidation(
            seize=np.where(first, 0.0, 1.0),
            penalty=1.0,
            order=np.where(first, step, 0.0),
            limit=view.bankruptcy_price,
            order_fee=self.fee,
        )
