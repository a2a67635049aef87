"""A35: pro rata over net exposure, so that hedged accounts come last."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class PriorityToHedged(Deleveraging):
    """Close opposite positions in proportion to the net delta of the account, not to the position.

    Weights |net delta| where it has the sign of the position; an account that is flat over all its legs, or whose
    position offsets a larger one, is not touched. Xcoin ranks portfolio-margin users by |net delta| and exempts zero;
    here it is the weight of a pro-rata rule, for every account; the beta of the market, which all weights share,
    cancels. What the others cannot take stays with the engine.
    """

    name: ClassVar[str] = "priority-to-hedged"
    source: ClassVar[str] = "after Xcoin's net-delta rank (service.xcoin.com 14577196478351), as pro rata"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        exposure = np.sign(event.candidates.quantity) * event.candidates.net_delta
        return water_fill(abs(event.contracts), np.maximum(exposure, 0.0), size)
