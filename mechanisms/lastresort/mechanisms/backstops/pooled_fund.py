"""B1 (grouped): the pools of a venue pay as one fund."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import from_all_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


class PooledFund(Mechanism):
    """Pay every market's loss from all pools together until each has lost `usable` of its peak.

    Pool p bears the share M_p / sum M of every payment, M_p = (balance - (1 - usable) peak)+. Bybit groups some symbols
    and isolates others; here the group is the whole venue.
    """

    name: ClassVar[str] = "pooled-fund"
    source: ClassVar[str] = (
        "Bybit help centre, Insurance Fund (grouped pools); draw-down stop as in the v5 API, ADL alert"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    usable: float = Field(0.30, ge=0, le=1, description="share of each pool's peak that may be spent")

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        return from_all_pools(view, spendable(view, self.usable))
