"""A32 (by dollar): a lottery in which every dollar of notional is a ticket."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class RandomByNotional(Deleveraging):
    """Draw opposite accounts one after the other, with probability proportional to notional, and close them entirely.

    Drawn with exponential clocks: account i rings at -log(u_i) / N_i, the first to ring is closed first, which is
    drawing without replacement in proportion to N (Efraimidis and Spirakis 2006). A baseline that splitting an account
    into several hardly changes.
    """

    name: ClassVar[str] = "random-by-notional"
    source: ClassVar[str] = "baseline of this project; sampling after Efraimidis and Spirakis 2006"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
    exemptions: ClassVar[Mapping[str, str]] = {"order": "lots are drawn row by row"}

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        clock = event.random().standard_exponential(len(size))
        notional = event.candidates.notional
        rings = np.divide(clock, notional, out=np.full_like(size, np.inf), where=notional > 0)
        return in_order(abs(event.contracts), size, -rings)
