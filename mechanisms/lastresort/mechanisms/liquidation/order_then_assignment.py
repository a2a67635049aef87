"""L16 (coin-margined): one order at the zero-equity price; what is left is taken over for assignment."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import BreachView, Evidence, Liquidation, Mechanism


class OrderThenAssignment(Mechanism):
    """Order the whole position once, no worse than the bankruptcy price; the account keeps what a better fill leaves.

    What is still in breach afterwards is seized at the bankruptcy price, for the stages that assign or unwind it.
    Accounts without equity are seized at once.
    """

    name: ClassVar[str] = "order-then-assignment"
    source: ClassVar[str] = "Kraken Derivatives, Equity Protection Process (support 360022835671)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order first, seize afterwards."""
        first = (view.orders == 0) & (view.equity > 0)
        return Liquidation(
            seize=np.where(first, 0.0, 1.0),
            penalty=1.0,
            order=np.where(first, 1.0, 0.0),
            limit=view.bankruptcy_price,
        )
