"""K17: nothing leaves a venue that has an unpaid loss."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Admission, Evidence, Mechanism, OrderKind, OrderView


class WithdrawalGate(Mechanism):
    """Refuse transfers while the engines have lost what nobody has paid, and for `hold` seconds after.

    dYdX blocks withdrawals and transfers for 50 blocks once it has seen an account with negative collateral; Derive
    while insolvent accounts need more than its security module holds (`hold` = 0).
    """

    name: ClassVar[str] = "withdrawal-gate"
    source: ClassVar[str] = "dydxprotocol/v4-chain@84d4664, x/subaccounts; derivexyz/v2-core@7736900, DutchAuction"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    hold: float = Field(55.0, ge=0, description="time transfers stay blocked, seconds; 50 blocks of 1.1 s (remembered)")

    _seen: float = PrivateAttr(-np.inf)

    def admit(self, view: OrderView) -> Admission | None:
        """Refuse transfers after an unpaid loss."""
        if view.insolvent > 0:
            self._seen = view.time
        elif view.time >= self._seen + self.hold:
            return None
        transfer = view.kind == OrderKind.TRANSFER
        return Admission(np.where(transfer, 0.0, 1.0)) if transfer.any() else None
