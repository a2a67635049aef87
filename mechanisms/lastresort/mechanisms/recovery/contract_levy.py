"""S1-S3: the same charge on every contract of both sides of the market."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class ContractLevy(Mechanism):
    """Spread a loss over every contract, long or short, winning or losing; positions stay.

    Charge per contract = L / (long + short contracts). Drift and Mango v4 book it as funding that both sides pay;
    Vertex takes half of it from each side, which is the same because both sides hold equally many. Funding comes due
    when a position is next touched; here the cash goes at once, and what one account cannot pay the others do.
    """

    name: ClassVar[str] = "contract-levy"
    source: ClassVar[str] = (
        "drift-labs/protocol-v2@0ae3e3b, perp bankruptcy; blockworks-foundation/mango-v4@1303a4a, PerpMarket; "
        "vertex-protocol/vertex-contracts@e138181, PerpEngine.socializeSubaccount"
    )
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from both sides."""
        return collect(view, Scope.HOLDERS)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to contracts held."""
        holders = event.candidates
        return charge_in_proportion(event, np.abs(holders.quantity), holders.spendable)
