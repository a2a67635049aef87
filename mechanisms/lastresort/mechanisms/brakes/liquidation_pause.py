"""L4, L19: the engine sells nothing while its market is too far from the index."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import Admission, Evidence, Mechanism, OrderKind, OrderView


class LiquidationPause(Mechanism):
    """Refuse the engine's sales while mid < index x (1 - `gap`), and its purchases while mid > index x (1 + `gap`).

    BitMEX left its liquidations hanging on 12 and 13 March 2020 by discretion; QFEX sets a liquidation band per market
    and publishes no width. Both widths are unknown.
    """

    name: ClassVar[str] = "liquidation-pause"
    source: ClassVar[str] = "BitMEX blog, insurance fund questions (March 2020); QFEX docs, liquidation band"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    gap: float = Field(0.05, gt=0, lt=1, description="distance from the index at which selling stops, fraction (guess)")

    def admit(self, view: OrderView) -> Admission | None:
        """Hold back the engine's orders that would widen a wide gap."""
        away = np.sign(view.quantity) * (view.mid - view.index) > self.gap * view.index
        held = away & (view.kind == OrderKind.LIQUIDATION)
        return Admission(np.where(held, 0.0, 1.0)) if held.any() else None
