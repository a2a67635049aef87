"""B1-B3: a venue's insurance fund pays residual losses down to a floor below its peak."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import Absorption, Evidence, Floats, Ints, Mechanism, Payer, ResidualView


class InsuranceFund(Mechanism):
    """Pay each market's loss from its pool until the pool has lost `usable` of its peak; share a scarce pool pro rata.

    Money that today's losses do not need stands ready for the losses that selling the inventory would make.
    """

    name: ClassVar[str] = "insurance-fund"
    source: ClassVar[str] = (
        "Bybit v5 API, ADL alert (draw-down stop at 30 % of the peak); Binance support/faq 360033525371"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    usable: float = Field(0.30, ge=0, le=1, description="share of the pool's peak that may be spent")

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        money = np.maximum(view.pool_balance - (1 - self.usable) * view.pool_peak, 0.0)
        pay = _share(money, view.pool, view.deficit)
        spent = np.bincount(view.pool, weights=pay, minlength=len(money))
        standby = _share(np.maximum(money - spent, 0.0), view.pool, view.shortfall - view.deficit)
        return Absorption(payer=Payer.FUND, pay=pay, standby=standby, take=np.zeros(len(pay)))


def _share(money: Floats, pool: Ints, claims: Floats) -> Floats:
    """Meet claims in full where the pool suffices, else in equal proportion."""
    total = np.bincount(pool, weights=claims, minlength=len(money))
    rate = np.divide(money, total, out=np.zeros_like(money), where=total > 0)
    met: Floats = claims * np.minimum(rate, 1.0)[pool]
    return met
