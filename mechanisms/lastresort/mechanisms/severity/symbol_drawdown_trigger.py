"""T2: a market is deleveraged while it has cost its fund too much within hours, with hysteresis."""

from typing import ClassVar

from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.drawdown import PoolPeaks, ResultPeaks
from lastresort.mechanisms.building_blocks.memory import Latch
from lastresort.mechanisms.building_blocks.pools import ROUNDING, at_floor
from lastresort.mechanisms.building_blocks.scaling import whole_inventory
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class SymbolDrawdownTrigger(Mechanism):
    """Place all inventory of a market from a draw-down of `start` on, until it is below `stop`; nothing otherwise.

    Draw-down = (highest result of the market within the window - its result now) / highest balance of its pool within
    the window; an empty pool starts it as well. Bybit then spreads what an empty pool cannot pay over its symbols by
    their results, and ignores pools under 10,000 USDT: both left out. A help page of November 2025 gives 100 %.
    """

    name: ClassVar[str] = "symbol-drawdown-trigger"
    source: ClassVar[str] = "Bybit v5 API, market/adl-alert: start at -0.30, stop at -0.25, 8-hour maxima"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    start: float = Field(0.30, gt=0, description="draw-down that starts it, share of the pool's peak")
    stop: float = Field(0.25, ge=0, description="draw-down below which it stops, share of the pool's peak")
    window: float = Field(28800.0, gt=0, description="length of the rolling window, seconds")

    _pools: PoolPeaks = PrivateAttr(default_factory=PoolPeaks)
    _results: ResultPeaks = PrivateAttr(default_factory=ResultPeaks)
    _on: Latch = PrivateAttr(default_factory=Latch)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Everything while it is on."""
        peak = self._pools.look(view, self.window)[view.pool]
        fallen = self._results.fallen(view, self.window)
        empty = at_floor(view.pool_balance, view.pool_peak, 0.0)[view.pool]
        start = empty | (fallen >= self.start * (1 - ROUNDING) * peak)
        return whole_inventory(view, self._on.turn(view.market, start, fallen < self.stop * peak))
