"""L7: orders block by block, each block bounded in share, value and number of accounts."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Bools, BreachView, Evidence, Floats, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import fee_left, margin_ratio, per_notional, units, value
from lastresort.mechanisms.liquidation.throttling import foremost


class BlockThrottle(Mechanism):
    """Order one leg of each of the `accounts` riskiest accounts per block; bankrupt ones that did not fill are seized.

    Limit = p (1 - side a s MM / N), a = clamp(b (1 - E / MM), 0, 1): up to s = 1.5 maintenance margins through the
    mark as the account nears bankruptcy. Riskiest is where limit and mark are furthest apart, then the largest. The
    chain draws its candidates and the leg at random; here all are candidates and legs take turns. Its fee is what a
    fill brings above the bankruptcy price, up to `fee`; here today's `impact` tells beforehand. At most one block
    passes per tick. Unfilled means: without equity, and an order was sent before.
    """

    name: ClassVar[str] = "block-throttle"
    source: ClassVar[str] = "dydxprotocol/v4-chain@84d4664, x/clob/keeper/liquidations.go and mainnet genesis"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    block: float = Field(1.0, gt=0, description="time between two blocks, seconds (guess)")
    share: float = Field(0.1, gt=0, le=1, description="largest share of a position per block")
    smallest: float = Field(1e3, ge=0, description="value that may always be sent, USD")
    largest: float = Field(100e3, gt=0, description="largest value per account and block, USD")
    accounts: int = Field(50, ge=1, description="accounts with an order per block")
    deleveragings: int = Field(10, ge=1, description="positions seized per block")
    adjustment: float = Field(1.0, ge=0, description="bankruptcy adjustment b, multiple")
    spread: float = Field(1.5, ge=0, description="spread s over the maintenance margin, multiple")
    fee: float = Field(0.015, ge=0, lt=1, description="largest fee on fills, fraction of their value")

    _last: float = PrivateAttr(default=-np.inf)

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order or seize what the block has room for, wait with the rest."""
        through = self._through(view)
        bankrupt = (view.equity < 0) & (view.orders > 0)
        ready = view.time >= self._last + self.block
        seize = foremost(self.deleveragings, ready & bankrupt, -per_notional(view, view.equity))
        send = foremost(self.accounts, ready & ~bankrupt & _in_turn(view), through, value(view))
        if ready:
            self._last = view.time
        return Liquidation(
            seize=seize.astype(np.float64),
            penalty=1.0,
            order=np.where(send, self._part(view), 0.0),
            limit=np.maximum(view.mark * (1 - np.sign(view.quantity) * through), 0.0),
            order_fee=fee_left(view, self.fee),
            wait=np.ones(len(send), dtype=np.bool_),
        )

    def _through(self, view: BreachView) -> Floats:
        """How far the limit may be through the mark, as a fraction of it."""
        near = np.clip(self.adjustment * (1 - margin_ratio(view)), 0.0, 1.0)
        return np.asarray(near * self.spread * per_notional(view, view.maintenance))

    def _part(self, view: BreachView) -> Floats:
        """Share of each position that one block may take."""
        size = value(view)
        allowed = np.minimum(np.maximum(self.share * size, self.smallest), self.largest)
        return np.divide(np.minimum(allowed, size), size, out=np.zeros(len(size)), where=size > 0)


def _in_turn(view: BreachView) -> Bools:
    """Mark one leg of each margin unit, the next one with every order."""
    unit = units(view)
    order = np.argsort(unit, kind="stable")
    rank = np.empty(len(unit), dtype=np.int64)
    rank[order] = np.arange(len(unit)) - np.searchsorted(unit[order], unit[order])
    return np.asarray(rank == view.orders % np.bincount(unit)[unit])
