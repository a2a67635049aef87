"""A25 (continuous, with capacities): the same share of every opposite position."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class NotionalProRata(Deleveraging):
    """Close the same fraction of every opposite position, in profit or not.

    k_i = min(capacity_i, level x N_i) with sum Q, exactly: whoever cannot afford its share closes what it can, and the
    others share the rest in proportion to notional.
    """

    name: ClassVar[str] = "notional-pro-rata"
    source: ClassVar[str] = "contract pro rata (continuous, capped), arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return water_fill(abs(event.contracts), event.candidates.notional, size)
