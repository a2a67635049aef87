"""S9: while the venue is short of money, withdrawals pay for it and accounts that stay do not."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import Admission, Evidence, Mechanism, OrderKind, OrderView

MOST = 0.999
"""Largest haircut, for a venue that has lost all it owes."""


class WithdrawalHaircut(Mechanism):
    """Keep the share of every withdrawal that the venue's unpaid losses are of what its accounts own.

    haircut = unpaid losses / equity of all accounts. What is kept goes to the insurance fund, which lowers the haircut
    of the next to leave as soon as the fund pays the loss.
    """

    name: ClassVar[str] = "withdrawal-haircut"
    source: ClassVar[str] = "Paradex, Socialized Losses (docs.paradex.trade/risk/socialized-losses)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def admit(self, view: OrderView) -> Admission:
        """Everything passes; transfers out pay."""
        rate = min(view.insolvent / view.venue_equity, MOST) if view.venue_equity > 0 else 0.0
        leaving = view.kind == OrderKind.TRANSFER
        return Admission(fraction=np.ones(len(leaving)), haircut=np.where(leaving, rate, 0.0))
