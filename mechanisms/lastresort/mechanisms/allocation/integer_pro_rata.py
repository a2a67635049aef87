"""A25: pro rata in whole lots."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.rounding import largest_remainder
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class IntegerProRata(Deleveraging):
    """Close whole lots of every opposite position, as nearly in proportion to size as lots allow.

    k_i = floor(Q q_i / sum of q), what is left goes to the largest remainders that still have a lot. The repository
    rounds Q up; here it is rounded down, because nobody can close more than the engine holds.
    """

    name: ClassVar[str] = "integer-pro-rata"
    source: ClassVar[str] = "contracts_pro_rata_close_integer, pluriholonomic/autodeleveraging-analysis@aae0be8"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return largest_remainder(in_proportion(abs(event.contracts), size), event.lot, size)
