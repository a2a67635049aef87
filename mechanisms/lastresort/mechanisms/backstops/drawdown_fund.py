"""T2 as a backstop: a market that has cost its pool too much within hours gets nothing more until it recovers."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.drawdown import PoolPeaks, ResultPeaks
from lastresort.mechanisms.building_blocks.memory import Latch
from lastresort.mechanisms.building_blocks.pools import from_own_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, ResidualView


class DrawdownFund(Mechanism):
    """Pay a market's loss until its draw-down reaches `stop`; then nothing until the draw-down is below `resume`.

    Draw-down = (highest result of the market within the window - its result now) / highest balance of its pool within
    the window. The payment that would go beyond `stop` is cut there, as Bybit prices deleveraging so that the symbol
    stays at -30 %. Bybit's minimum balance of 10,000 USDT before the rule applies is left out.
    """

    name: ClassVar[str] = "drawdown-fund"
    source: ClassVar[str] = "Bybit v5 API, market/adl-alert: start at -0.30, stop at -0.25, 8-hour maxima"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    stop: float = Field(0.30, gt=0, le=1, description="draw-down at which payments stop, share of the pool's peak")
    resume: float = Field(0.25, ge=0, le=1, description="draw-down below which they resume, share of the pool's peak")
    window: float = Field(28800.0, gt=0, description="length of the rolling window, seconds")

    _pools: PoolPeaks = PrivateAttr(default_factory=PoolPeaks)
    _results: ResultPeaks = PrivateAttr(default_factory=ResultPeaks)
    _stopped: Latch = PrivateAttr(default_factory=Latch)

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay what keeps each market's draw-down within `stop`."""
        peak = self._pools.look(view, self.window)[view.pool]
        fallen = self._results.fallen(view, self.window)
        never = np.zeros(len(fallen), dtype=np.bool_)
        stopped = self._stopped.turn(view.market, start=never, stop=fallen < self.resume * peak)
        left = np.where(stopped, 0.0, np.maximum(self.stop * peak - fallen, 0.0))
        self._stopped.turn(view.market, start=view.deficit >= left, stop=never)
        answer = from_own_pools(view, spendable(view, usable=1.0), left)
        self._pools.look(view, self.window, answer.pay)
        self._results.fallen(view, self.window, answer.pay)
        return answer
