"""T3: any of several alarms starts deleveraging; it stops only when all of them are quiet."""

from collections import deque
from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.drawdown import PoolPeaks
from lastresort.mechanisms.building_blocks.memory import Latch
from lastresort.mechanisms.building_blocks.pools import at_floor
from lastresort.mechanisms.building_blocks.scaling import whole_inventory
from lastresort.mechanisms.contract import Bools, Evidence, Floats, LossSharing, Mechanism, ResidualView


class HysteresisTrigger(Mechanism):
    """Place all inventory of a pool's markets from the first alarm on, until the pool has recovered; nothing otherwise.

    Alarms: pool empty; pool `drop` below its highest balance within the window; more than `losses` losses of
    `loss_size` within the window; inventory of more than `backlog` waiting to be sold. It stops once the pool is back
    at `recovered` of that highest balance and no alarm sounds. Xcoin has a window per alarm and also asks for a balance
    in dollars; here a loss is a fall of the pool between two looks at it.
    """

    name: ClassVar[str] = "hysteresis-trigger"
    source: ClassVar[str] = "Xcoin service 14577196478351 (example: 3 losses of 5 M USDT within 4 hours)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    window: float = Field(14400.0, gt=0, description="length of the rolling window, seconds")
    drop: float = Field(0.30, ge=0, le=1, description="fall of the pool from its peak that starts it (guess)")
    losses: int = Field(3, ge=0, description="number of losses beyond which it starts")
    loss_size: float = Field(5e6, gt=0, description="smallest loss that counts, USD")
    backlog: float = Field(100e6, ge=0, description="inventory waiting beyond which it starts, USD (guess)")
    recovered: float = Field(0.90, ge=0, le=1, description="balance at which it may stop, share of the peak (guess)")

    _pools: PoolPeaks = PrivateAttr(default_factory=PoolPeaks)
    _on: Latch = PrivateAttr(default_factory=Latch)
    _balance: Floats | None = PrivateAttr(None)
    _losses: deque[tuple[float, Bools]] = PrivateAttr(default_factory=deque)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Everything while it is on."""
        balance, peak = view.pool_balance, self._pools.look(view, self.window)
        waiting = np.bincount(view.pool, np.abs(view.inventory) * view.mark, len(balance))
        empty = at_floor(balance, view.pool_peak, 0.0)
        fallen = at_floor(balance, peak, 1 - self.drop)
        alarm = empty | fallen | (self._count_losses(view) > self.losses) | (waiting > self.backlog)
        on = self._on.turn(np.arange(len(balance)), alarm, balance >= self.recovered * peak)
        return whole_inventory(view, on[view.pool])

    def _count_losses(self, view: ResidualView) -> Floats:
        """How many large losses each pool had within the window, `[P]`."""
        before = view.pool_peak if self._balance is None else self._balance
        self._balance = view.pool_balance.copy()
        self._losses.append((view.time, before - view.pool_balance >= self.loss_size))
        while self._losses[0][0] < view.time - self.window:
            self._losses.popleft()
        count: Floats = np.stack([large for _, large in self._losses]).astype(np.float64).sum(axis=0)
        return count
