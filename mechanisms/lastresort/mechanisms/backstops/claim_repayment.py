"""A12 (second half): what liquidations bring in repays the IOUs of deleveraged accounts first."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import CashKind, CashView, Evidence, Mechanism, Routing


class ClaimRepayment(Mechanism):
    """Repay IOUs from liquidation surpluses, all flows alike, and send the rest of the surpluses to the fund.

    Share for claims = min(1, owed / sum of surpluses). Without claims or surpluses the rule has no opinion; trading
    fees stay with the treasury. Bullish repays from debt recovered of the account that failed, for which the surplus of
    later liquidations stands here.
    """

    name: ClassVar[str] = "claim-repayment"
    source: ClassVar[str] = "Bullish support 24436607098649 (claims of ADL profit counterparties)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def route_cash(self, view: CashView) -> Routing | None:
        """Claims first."""
        is_surplus = view.kind == CashKind.LIQUIDATION_SURPLUS
        surplus = float(view.amount[is_surplus].sum())
        if view.claims <= 0 or surplus <= 0:
            return None
        share = min(1.0, view.claims / surplus)
        return Routing(to_fund=np.where(is_surplus, 1 - share, 0.0), to_claims=np.where(is_surplus, share, 0.0))
