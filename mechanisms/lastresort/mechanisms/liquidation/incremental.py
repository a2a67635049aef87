"""L5: slices at market, round by round, until the margin is met."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import LastTimes
from lastresort.mechanisms.contract import Bools, BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import over_unit


class Incremental(Mechanism):
    """Sell a slice of each leg on the side of the account's net delta per round, at any price, and wait in between.

    A delta-neutral account is sliced on both sides. Rounds are at least `interval` apart and at most one per tick. The
    hedges that Deribit's engine opens for portfolio margin are left out: in the model an order can only reduce.
    Accounts without equity are left to the next stage.
    """

    name: ClassVar[str] = "incremental"
    source: ClassVar[str] = "Deribit support 25944769313309 (one round per second); fee of 0.5 % on an older page"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    slice: float = Field(0.05, gt=0, le=1, description="share of the position sold per round (guess)")
    interval: float = Field(1.0, gt=0, description="time between two rounds, seconds")
    fee: float = Field(0.005, ge=0, lt=1, description="fee on fills, to the insurance fund, fraction of their value")

    _round: LastTimes = PrivateAttr(default_factory=LastTimes)

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order slices where a round is due."""
        solvent = view.equity > 0
        due = solvent & (view.time >= self._round.of(view.account) + self.interval)
        self._round.note(view.account[due], view.time)
        return Liquidation(
            seize=np.zeros(len(due)),
            penalty=1.0,
            order=np.where(due & _on_net_side(view), self.slice, 0.0),
            order_fee=self.fee,
            wait=solvent,
        )


def _on_net_side(view: BreachView) -> Bools:
    net = over_unit(view, view.quantity * view.mark)
    neutral = np.abs(net) < 1e-9 * view.unit_notional
    return np.asarray(neutral | (view.quantity * net > 0))
