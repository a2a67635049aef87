"""S6: a market's loss comes out of its profits first, out of all that its positions pay out second."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charges
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.ranking import ratio
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class SettlementLadder(Mechanism):
    """Cut all profits of both sides at one rate; if they are too small, cut what is left of all payouts at another.

    h = R / sum of profits; beyond 1, (R - profits) / (payouts - profits), a payout being margin plus profit or loss.
    Under cross margin, where a position has no margin of its own, its payout is its share of the account's equity by
    notional. Injective closes the market at the same moment; that is the brake settle-insolvent-market.
    """

    name: ClassVar[str] = "settlement-ladder"
    source: ClassVar[str] = "InjectiveFoundation/injective-core@c7b042e, exchange keeper, markets_settlement.go"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from both sides."""
        return collect(view, Scope.HOLDERS)

    def allocate(self, event: LossEvent) -> Allocation:
        """Profits, then payouts."""
        holders = event.candidates
        profit = np.minimum(np.maximum(holders.profit, 0.0), holders.spendable)
        first = in_proportion(event.dollars, profit)
        payout = np.minimum(ratio(holders.notional, holders.leverage), holders.spendable)
        second = in_proportion(event.dollars - float(first.sum()), np.maximum(payout - first, 0.0))
        return charges(event, first + second)
