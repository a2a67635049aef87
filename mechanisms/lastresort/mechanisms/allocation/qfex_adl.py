"""A11: QFEX's account equity over the position's maintenance margin."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import margin_ratio, ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class QfexAdl(Deleveraging):
    """Close the positions whose accounts have least equity for their margin first, whether in profit or not.

    Rank = account equity / position's maintenance margin. QFEX does not state the direction: lowest first is a guess.
    The loser ends with no equity, hence the bankruptcy price. In cross margin the position's share of the maintenance
    margin is its share of the notional.
    """

    name: ClassVar[str] = "qfex-adl"
    source: ClassVar[str] = "QFEX docs, Liquidation and margin call, Auto-Deleveraging"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        share = ratio(holders.notional, holders.leverage * holders.equity, otherwise=1.0)
        return in_order(abs(event.contracts), size, share * margin_ratio(holders))
