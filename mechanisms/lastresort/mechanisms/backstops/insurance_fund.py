"""B1-B3: a venue's insurance fund pays residual losses down to a floor below its peak."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import from_own_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


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
        return from_own_pools(view, spendable(view, self.usable))
