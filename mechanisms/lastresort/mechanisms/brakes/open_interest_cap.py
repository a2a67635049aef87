"""K13: no new positions beyond a cap on open interest."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import Admission, Evidence, Mechanism, OrderKind, OrderView


class OpenInterestCap(Mechanism):
    """Let openings pass as far as open interest stays within `cap` x open interest at the start.

    Hyperliquid and GMX cap open interest in USD per market; markets differ, so that the cap is relative here. Openings
    come net per market, and their net size is what counts.
    """

    name: ClassVar[str] = "open-interest-cap"
    source: ClassVar[str] = "Hyperliquid docs, open interest caps; gmx-io/gmx-synthetics@a5c0c88, MAX_OPEN_INTEREST"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    cap: float = Field(1.0, gt=0, description="most open contracts, multiple of open interest at the start (guess)")

    def admit(self, view: OrderView) -> Admission | None:
        """Cut openings that would go beyond the cap."""
        room = np.maximum(self.cap * view.initial_open_interest - view.open_interest, 0.0)
        size = np.abs(view.quantity)
        cut = (view.kind == OrderKind.OPEN) & (size > room)
        if not cut.any():
            return None
        return Admission(np.divide(room, size, out=np.ones_like(size), where=cut))
