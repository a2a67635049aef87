"""L19: a throttle: the smoothed flow of liquidations into each book stays below a limit, within a price band."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import BreachView, EventView, Evidence, Floats, Liquidation, MarginView, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import margin_ratio
from lastresort.mechanisms.liquidation.throttling import liquidated, starts_within


class FlowLimit(Mechanism):
    """Let positions through while the moving average of liquidations is below the limit and the book is near.

    The average is of contracts per `span` seconds, exponentially weighted with that time constant, against a share of
    the market's open interest at the start (the venue's own limit per book is not published). A position that would
    sell further than `band` from the mark waits. Accounts at the close-out margin pass: the venue transfers them off
    the book. The thinnest accounts go first, and the position that reaches the limit passes whole.
    """

    name: ClassVar[str] = "flow-limit"
    source: ClassVar[str] = "docs.qfex.com, liquidation and margin call (60-second average, band, close-out)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    limit: float = Field(0.005, gt=0, description="contracts per span, fraction of the first open interest (guess)")
    span: float = Field(60.0, gt=0, description="time constant of the moving average, seconds")
    band: float = Field(0.02, ge=0, description="largest average distance from the mark, fraction (guess)")
    close_out: float = Field(0.5, ge=0, le=1, description="close-out margin, multiple of maintenance margin (guess)")

    _interest: Floats = PrivateAttr(default_factory=lambda: np.empty(0))
    _average: Floats = PrivateAttr(default_factory=lambda: np.zeros(1))
    _time: float = PrivateAttr(default=0.0)

    def require_margin(self, view: MarginView) -> None:
        """Note the open interest; no opinion on margins."""
        self._interest = view.initial_open_interest

    def observe(self, view: EventView) -> None:
        """Add what was liquidated to the moving average."""
        self._average = self._faded(view.time) + liquidated(view, len(self._interest))
        self._time = view.time

    def liquidate(self, view: BreachView) -> Liquidation | None:
        """Wait beyond the limit or outside the band, once the open interest is known."""
        if not len(self._interest):
            return None
        close_out = view.equity <= self.close_out * view.maintenance
        near = ~close_out & (view.impact <= self.band)
        budget = self.limit * self._interest - self._faded(view.time)
        size = np.where(near, np.abs(view.quantity), 0.0)
        passes = starts_within(budget, view.market, size, -margin_ratio(view))
        return Liquidation(seize=np.zeros(len(size)), penalty=1.0, wait=~close_out & ~(near & passes))

    def _faded(self, time: float) -> Floats:
        return np.asarray(self._average * np.exp((self._time - time) / self.span))
