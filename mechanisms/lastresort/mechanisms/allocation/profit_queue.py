"""A20: the queue of theory, the largest profit first."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class ProfitQueue(Deleveraging):
    """Seize the whole profit of the largest winner, then of the next, until the budget is met.

    h = 1 down the ranking by w_i = (profit)+, the last one in part: of all rules it leaves the top winner least
    (section "Queue-based methods are the worst"). Profit is seized by closing contracts at the rule's price; a winner
    whose profit is worth more contracts than it holds is closed entirely and keeps the rest.
    """

    name: ClassVar[str] = "profit-queue"
    source: ClassVar[str] = "queue policy scored by profit, arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), within_profit(event, self.price, size), event.candidates.profit)
