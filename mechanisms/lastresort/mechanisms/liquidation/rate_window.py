"""L12: a throttle: liquidations per market and rolling window are bounded, what exceeds the capacity waits."""

from collections import deque
from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import BreachView, EventView, Evidence, Floats, Liquidation, MarginView, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import margin_ratio
from lastresort.mechanisms.liquidation.throttling import liquidated, starts_within


class RateWindow(Mechanism):
    """Let positions through to the next stage until a market's capacity for the window is used up.

    Capacity = (maker + taker fee) x skew scale x multiplier x window in the source; here the skew scale is the market's
    open interest at the start, and `rate` stands for fees x multiplier. What counts is what was taken over or traded in
    liquidation orders. The thinnest accounts go first, and the position that uses the capacity up passes whole, where
    Synthetix cuts it. Its second way through, a small skew, is left out.
    """

    name: ClassVar[str] = "rate-window"
    source: ClassVar[str] = "Synthetixio/synthetix-v3@23585f7, perps market, maximum liquidation amount in window"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    rate: float = Field(0.0007, gt=0, description="capacity per second, share of first open interest (remembered)")
    window: float = Field(30.0, gt=0, description="length of the rolling window, seconds (remembered)")

    _interest: Floats = PrivateAttr(default_factory=lambda: np.empty(0))
    _flows: deque[tuple[float, Floats]] = PrivateAttr(default_factory=deque)

    def require_margin(self, view: MarginView) -> None:
        """Note the open interest; no opinion on margins."""
        self._interest = view.initial_open_interest

    def observe(self, view: EventView) -> None:
        """Note what was liquidated."""
        self._flows.append((view.time, liquidated(view, len(self._interest))))

    def liquidate(self, view: BreachView) -> Liquidation | None:
        """Wait beyond the capacity, once the open interest is known."""
        if not len(self._interest):
            return None
        while self._flows and self._flows[0][0] <= view.time - self.window:
            self._flows.popleft()
        budget = self.rate * self.window * self._interest - sum(flow for _, flow in self._flows)
        passes = starts_within(budget, view.market, np.abs(view.quantity), -margin_ratio(view))
        return Liquidation(seize=np.zeros(len(passes)), penalty=1.0, wait=~passes)
