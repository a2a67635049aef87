"""A protocol's own token behind the fund: what the fund cannot pay, the treasury raises by selling tokens."""

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import from_pot
from lastresort.mechanisms.contract import Absorption, Mechanism, Payer, ResidualView


class TokenBackstop(Mechanism):
    """Sell up to `share` of the venue's capital at a price that falls by `slide` per unit of that share sold."""

    name = "token-backstop"
    source = "Perpetual Protocol v1: the staked token pays after the insurance fund (own translation)"

    share: float = Field(0.5, ge=0, le=1, description="of the venue's capital that may be sold")
    slide: float = Field(0.5, ge=0, le=1, description="of the price that selling all of it costs")

    def absorb(self, view: ResidualView) -> Absorption:
        wanted = min(float(np.sum(view.uncovered)) / max(view.capital, 1.0), self.share)
        return from_pot(view, Payer.CAPITAL, view.capital * self.share * (1 - self.slide * wanted))
