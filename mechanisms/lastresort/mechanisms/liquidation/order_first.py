"""L1, L6, L16 (first step): a breached position meets the book before the engine takes over what is left of it."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import LastTimes
from lastresort.mechanisms.contract import Bools, BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import value


class OrderFirst(Mechanism):
    """Send orders no worse than the bankruptcy price, large positions by clips; leave what remains to the next stage.

    Orders are immediate or cancel. A round sends the share `clip` of each position above `whole_below`, of what is left
    of it by then, and all of the others. After a round with a clip the account waits `interval` for the next one; after
    a round without, and once the breach has lasted `lasts`, the next stage decides. A whole that met no open book is
    sent again. Neither Binance nor Kraken excepts accounts without equity: theirs is sent whole, once, with a limit
    beyond the mark. The clip is Hyperliquid's (there the orders of the next 30 s are for the whole), the fee Binance's.
    """

    name: ClassVar[str] = "order-first"
    source: ClassVar[str] = (
        "Binance support 360033525271 (order, then takeover); clips after Hyperliquid's announcement"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    whole_below: float = Field(100e3, ge=0, description="notional up to which a position is sent whole, USD")
    clip: float = Field(0.2, gt=0, le=1, description="share of what is left of a larger position sent in a round")
    interval: float = Field(10.0, ge=0, description="time from a round with a clip to the next, seconds (guess)")
    lasts: float = Field(60.0, ge=0, description="age of the breach from which no order is sent, seconds (guess)")
    fee: float = Field(0.01, ge=0, lt=1, description="fee on fills, to the insurance fund, fraction of their value")
    bankrupt: bool = Field(True, description="whether a position without equity is sent once too")

    _clipped: LastTimes = PrivateAttr(default_factory=LastTimes)
    _whole: LastTimes = PrivateAttr(default_factory=LastTimes)

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order what is due, wait for the next clip, or leave the rest alone."""
        solvent = view.equity > 0
        mine = (solvent | self.bankrupt) & ~self._left(view)
        resting = solvent & (view.time < self._clipped.of(view.account) + self.interval)
        sent = mine & ~resting
        part = sent & solvent & (value(view) > self.whole_below) & (self.clip < 1)
        self._note(view, sent, part)
        return Liquidation(
            seize=np.zeros(len(sent)),
            penalty=1.0,
            order=np.where(part, self.clip, sent),
            limit=view.bankruptcy_price,
            order_fee=self.fee,
            wait=mine & resting,
            pause=np.where(part, self.interval, 0.0),
        )

    def _left(self, view: BreachView) -> Bools:
        """What the next stage decides about: breaches that are too old, or have had a round without a clip."""
        had = (view.orders > 0) & (view.time - self._whole.of(view.account) <= view.since)
        return np.asarray(had | (view.since >= self.lasts))

    def _note(self, view: BreachView, sent: Bools, part: Bools) -> None:
        if not part.any():
            self._whole.note(view.account[sent], view.time)
            return
        self._clipped.note(view.account[part], view.time)
        clipped = self._clipped.of(view.account) == view.time
        self._whole.note(view.account[sent & ~clipped], view.time)
