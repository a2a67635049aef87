"""K13, K14: initial margin that rises to 100 % as open interest nears a cap."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.contract import Admission, Evidence, Mechanism, OrderKind, OrderView


class OpenInterestMargin(Mechanism):
    """Cut openings to what their margin buys once it is scaled: base / (base + (1 - base) s) of each order.

    s rises linearly from 0 at the lower cap to 1 at the upper cap of open notional. dYdX sets caps in USD per tier
    (20 to 50 million, 5 to 10 million) and exempts its largest; here they are multiples of each market's open interest
    at the start, and of no market exempt. A trader's equity is not known here, so that the order shrinks instead.
    """

    name: ClassVar[str] = "open-interest-margin"
    source: ClassVar[str] = "dydxprotocol/v4-chain@84d4664, x/perpetuals liquidity tiers and v5 upgrade (OIMF)"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    base: tuple[float, ...] = Field(
        (0.05, 0.10, 0.20), min_length=1, description="initial margin per tier below the lower cap, fraction"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")
    lower: float = Field(1.0, gt=0, description="lower cap, multiple of open interest at the start (guess)")
    upper: float = Field(2.5, gt=1, description="upper cap, multiple of the lower cap")

    def admit(self, view: OrderView) -> Admission | None:
        """Shrink openings in crowded markets."""
        used = view.open_interest * view.index / np.maximum(self.lower * view.initial_open_interest, 1e-9)
        crowded = (view.kind == OrderKind.OPEN) & (used > 1)
        if not crowded.any():
            return None
        base = by_tier(self.base, self.tiers, int(view.market.max()) + 1)[view.market]
        scaled = base + (1 - base) * np.clip((used - 1) / (self.upper - 1), 0.0, 1.0)
        return Admission(np.where(crowded, base / scaled, 1.0))
