"""Joint multi-asset deleveraging: the legs of one account are seen together, so that a hedge is closed as a whole."""

import numpy as np

from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Floats, JointAllocation, JointLoss, LossEvent, Mechanism


class JointDeleveraging(Mechanism):
    """Close first those whose net exposure a close brings down most, by what all of the settlement's losses ask."""

    name = "joint-deleveraging"
    source = "own design, after Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963"
    needs = ("LossEvent.beta", "Candidates.net_delta")

    def allocate_jointly(self, view: JointLoss) -> JointAllocation:
        left: dict[int, float] = {}
        return JointAllocation(tuple(closes(event, self._close(event, left)) for event in view.events))

    def _close(self, event: LossEvent, left: dict[int, float]) -> Floats:
        who = event.candidates
        worth = np.sign(who.quantity) * event.beta * event.mark  # USD of exposure per contract, as net_delta counts it
        delta = np.array([left.get(int(one), now) for one, now in zip(who.account, who.net_delta, strict=True)])
        size = capacity(event, event.bankruptcy_price)
        first = np.clip(delta / worth, 0.0, size)
        close = in_order(abs(event.contracts), first, delta / worth)
        close += in_order(max(abs(event.contracts) - close.sum(), 0.0), size - close, size)
        left.update(zip(who.account.tolist(), (delta - close * worth).tolist(), strict=True))
        return close
