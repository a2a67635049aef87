"""L3: before anything else, offsetting legs of the same account are closed against the book."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import over_unit


class PairFirst(Mechanism):
    """Order the hedged part of every leg at any price, once per breach; then leave the account to the next stage.

    At OKX the pair is long and short in the same contract, here two legs in different markets. Naked legs of an account
    with a pair wait for it. Accounts without equity or without a pair are left to the next stage at once.
    """

    name: ClassVar[str] = "pair-first"
    source: ClassVar[str] = "OKX help 360020411711 (long and short positions are closed in pairs immediately)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order the hedged parts."""
        due = (view.orders == 0) & (view.equity > 0)
        size = np.abs(view.quantity)
        hedged = np.divide(view.hedge, size, out=np.zeros(len(size)), where=size > 0)
        return Liquidation(
            seize=np.zeros(len(size)),
            penalty=1.0,
            order=np.where(due, np.clip(hedged, 0.0, 1.0), 0.0),
            wait=due & (over_unit(view, view.hedge) > 0),
        )
