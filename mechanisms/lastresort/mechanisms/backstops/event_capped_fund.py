"""B11: the insurance fund pays at most a fixed amount per event."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import from_own_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


class EventCappedFund(Mechanism):
    """Pay each market's loss from its pool, at most `most` each time the rule is asked, promises included.

    dYdX limits what the fund may lose per subaccount and block; the engine here nets the accounts of a market, so the
    limit holds per market and pass. What is left over goes to the later stages of the same pass.
    """

    name: ClassVar[str] = "event-capped-fund"
    source: ClassVar[str] = "dydxprotocol/v4-chain@84d4664, x/clob liquidations config, mainnet genesis"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    most: float = Field(1_000_000.0, ge=0, description="most the fund pays for one market in one pass, USD")

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls, both within the limit."""
        return from_own_pools(view, spendable(view, usable=1.0), np.full(len(view.market), self.most))
