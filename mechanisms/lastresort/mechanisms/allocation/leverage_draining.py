"""The most levered accounts are closed down to one common leverage."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import drain
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class LeverageDraining(Deleveraging):
    """Close the most levered opposite accounts first, all of them down to the same leverage L.

    k_i = min(capacity_i, (N_i - L e_i)+ / p) contracts, sum k = Q; N_i is the notional of the margin unit (USD), e_i
    its equity (USD), p the mark. An account without equity is never asked: it is not a solvent participant, and can pay
    for no price but one that gains it money.

    Derived, as only the abstract was read, which says that the rule is unique for an expected loss, minimises the
    largest leverage, and levels it like water. After a return r of the mark against it, account i owes the venue (r
    (N_i - p k_i) - e_i)+. The derivative of its expectation in k_i is -p E[r; r > e_i / (N_i - p k_i)], which depends
    on i through its leverage alone and grows with it, whatever the law of r. So in an optimum all accounts that are cut
    stand at one leverage, and all others at a lower one, unless their capacity is used up. That holds at the mark. At a
    worse price those closed lose equity as well, and end a little above L; the abstract is silent on prices. The
    paper's margins are isolated: of an account with several positions the whole notional counts here, and this market's
    position is closed.
    """

    name: ClassVar[str] = "leverage-draining"
    source: ClassVar[str] = (
        "Campbell, Hey, Moallemi and Nutz, Risk-Based Auto-Deleveraging, arXiv 2603.15963 (abstract)"
    )
    evidence: ClassVar[Evidence] = Evidence.DERIVED

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        equity = np.maximum(event.candidates.equity, 0.0)
        gross = event.candidates.leverage * equity / event.mark
        return drain(abs(event.contracts), np.maximum(gross, size), equity, size)
