"""S7: losses are paid in new cash, and every holder of cash loses the same share of it."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class CashRedemption(Mechanism):
    """Cut the cash of every account of the venue at one rate, with positions or without.

    Cash is equity less unrealised profit or loss: open profits are spared and open losses protect nobody. In the source
    cash is redeemed below par while backing is short; here it is charged once, as far as the account's equity reaches.
    The source's fee on withdrawals meanwhile is withdrawal-haircut.
    """

    name: ClassVar[str] = "cash-redemption"
    source: ClassVar[str] = "derivexyz/v2-core@7736900, CashAsset (socialised losses, exchange rate of cash)"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from everybody."""
        return collect(view, Scope.EVERYBODY)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to cash."""
        everybody = event.candidates
        cash = np.maximum(everybody.equity - everybody.unit_profit, 0.0)
        return charge_in_proportion(event, cash, cash)
