"""L1, L4 (last step): the engine takes the whole position over at the bankruptcy price."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism


class FullTakeover(Mechanism):
    """Take every breached position over whole; the account keeps what is left above the clearance fee.

    The price is mark x (1 - side x min(penalty, equity / notional)), which is the bankruptcy price wherever the
    equity is below the fee.
    """

    name: ClassVar[str] = "full-takeover"
    source: ClassVar[str] = "Binance, Liquidation Protocols (support/faq 360033525271); clearance fee about 1 %"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    penalty: float = Field(0.01, ge=0, le=1, description="most the account pays, as a fraction of notional")

    def liquidate(self, view: BreachView) -> Liquidation:
        """Seize everything."""
        return Liquidation(seize=np.ones(len(view.account)), penalty=self.penalty)
