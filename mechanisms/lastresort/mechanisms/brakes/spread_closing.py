"""K10: a market too far from its index is closed to trades that would take it further."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import Evidence, Mechanism, Phases, PhaseView


class SpreadClosing(Mechanism):
    """Refuse trades that end more than `spread` from the index, unless they bring the market nearer to it.

    Lowest price: min(mid, index x (1 - spread)); highest: max(mid, index x (1 + spread)). The source also stops makers
    from adding liquidity meanwhile; here their quotes follow the book alone.
    """

    name: ClassVar[str] = "spread-closing"
    source: ClassVar[str] = "perpetual-protocol/perp-curie-contract@d520bd8, Exchange (price band of 10 %)"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    spread: float = Field(0.10, gt=0, lt=1, description="largest distance from the index, fraction")

    def set_phase(self, view: PhaseView) -> Phases:
        """Set this tick's band."""
        low = np.minimum(view.mid, view.index * (1 - self.spread))
        high = np.maximum(view.mid, view.index * (1 + self.spread))
        return Phases(view.phase, view.until, low=low, high=high)
