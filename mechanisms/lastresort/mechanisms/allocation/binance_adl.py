"""A2: Binance's leveraged profit over collateral."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import balance, margin_ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class BinanceAdl(Deleveraging):
    """Close the positions with the highest leveraged profit on their collateral first, at the bankruptcy price.

    Rank = (unrealised profit / collateral) x margin ratio. Profit is the position's; collateral is the margin unit's
    equity without unrealised profit, a dollar at least, and the margin ratio its maintenance margin over its equity.
    """

    name: ClassVar[str] = "binance-adl"
    source: ClassVar[str] = "Binance support, futures, Auto-Deleveraging (ADL)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        score = holders.profit / balance(holders) * margin_ratio(holders)
        return in_order(abs(event.contracts), size, score)
