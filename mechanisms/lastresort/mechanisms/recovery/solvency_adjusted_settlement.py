"""S18: a market that cannot pay is closed for good at the price at which it can."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import (
    Evidence,
    Mechanism,
    Phase,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
)


class SolvencyAdjustedSettlement(Mechanism):
    """Settle a market at the worse of the mark and the engine's bankruptcy price once its uncovered loss is too large.

    p = max(mark, -cash / inventory) where the engine is long, min where it is short. Drift delists with a one-hour
    average of its oracle, or net quote over net base of all users if that is worse. In a balanced book the missing part
    is the engine's: at the price at which it ends with nothing, everybody else can be paid. The whole side opposite to
    the engine pays for it, and the engine's own side gains.
    """

    name: ClassVar[str] = "solvency-adjusted-settlement"
    source: ClassVar[str] = "drift-labs/protocol-v2@0ae3e3b, calculate_expiry_price; docs.drift.trade, delisting"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    limit: float = Field(
        0.01, ge=0, description="uncovered loss that closes a market, share of its open interest (guess)"
    )

    _price: dict[int, float] = PrivateAttr(default_factory=dict)

    def share_loss(self, view: ResidualView) -> None:
        """Ask for nothing; note which markets cannot pay, and the price at which they could."""
        doomed = (view.inventory != 0) & (view.uncovered > self.limit * view.open_interest * view.mark)
        side = np.sign(view.inventory[doomed])
        price = side * np.fmax(side * view.mark[doomed], side * view.bankruptcy_price[doomed])
        self._price.update(zip(view.market[doomed].tolist(), price.tolist(), strict=True))

    def set_prices(self, view: PriceView) -> Prices | None:
        """Settle the markets that cannot pay at their own price."""
        if not self._price:
            return None
        settlement = view.mark.copy()
        settlement[list(self._price)] = list(self._price.values())
        return Prices(trigger=view.mark, valuation=view.mark, settlement=settlement)

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Close them."""
        if not self._price:
            return None
        phase, until = view.phase.copy(), view.until.copy()
        phase[list(self._price)], until[list(self._price)] = Phase.SETTLE, np.inf
        return Phases(phase=phase, until=until)
