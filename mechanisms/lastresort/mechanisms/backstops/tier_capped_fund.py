"""B12: one insurance vault pays every market, up to a lifetime limit that depends on the market's tier."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.building_blocks.pools import from_all_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


class TierCappedFund(Mechanism):
    """Pay from all pools together, to each market no more than its tier's limit over the whole run.

    Drift's contract tiers: A 100 M, B 1 M, C 100 k, speculative and below nothing. Each pool stands for one tier; pools
    beyond the list get nothing. The limits are Drift's dollars, made for a venue with open interest far below a large
    exchange's: scale them with the venue to compare like with like.
    """

    name: ClassVar[str] = "tier-capped-fund"
    source: ClassVar[str] = "drift-labs/protocol-v2@0ae3e3b, contract tiers and quote_max_insurance"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    limit: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        (100e6, 1e6, 100e3), description="most the vault ever pays for one market, by the market's pool, USD"
    )

    _paid: Tally = PrivateAttr(default_factory=Tally)

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls, each market within its limit."""
        limit = np.array([*self.limit, 0.0])[np.minimum(view.pool, len(self.limit))]
        left = np.maximum(limit - self._paid.of(view.market), 0.0)
        answer = from_all_pools(view, spendable(view, usable=1.0), left)
        self._paid.add(view.market, answer.pay)
        return answer
