"""S15: the inventory is auctioned to liquidity providers, and those who bid badly lose their contributions first."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.assigning import hands_over, volunteer_room
from lastresort.mechanisms.building_blocks.filling import in_order, in_proportion
from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.contract import (
    Allocation,
    Bools,
    Evidence,
    Floats,
    LossEvent,
    LossSharing,
    Mechanism,
    ResidualView,
    Scope,
)

CUT = 1e-12
"""Share of the price that the engine gives away, so that rounding of a sum of bids never over-draws the fund."""


class DefaultAuction(Mechanism):
    """Sell to sealed bids, best price first, each up to its bidder's room; charge existing losses by bidding.

    Bidders pay their own bids or, in a `uniform` auction, the worst accepted one. Juniorisation: losses that exist are
    charged first to providers who did not bid, pro rata, then to bidders from the worst bid to the best, each in all up
    to `juniorised` x its contribution. A clearing house does so with the contributions themselves and for the loss of
    this auction; here the accounts pay, and the loss of this auction is in the next one's. A bid beyond the mark counts
    as the mark; who is on the opposite side closes instead of opening.
    """

    name: ClassVar[str] = "default-auction"
    source: ClassVar[str] = "CPMI-IOSCO, CCP default management auctions (2020); juniorisation as at Eurex and LCH"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    uniform: bool = Field(False, description="everybody pays the worst accepted bid instead of its own")
    juniorised: float = Field(1.0, ge=0, description="most that bidding badly costs, multiple of the contribution")

    _charged: Tally = PrivateAttr(default_factory=Tally)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Auction the inventory behind every uncovered loss, and collect the losses that exist."""
        place = (view.uncovered > 0).astype(np.float64)
        return LossSharing(contracts=place, dollars=np.minimum(view.deficit, view.uncovered), scope=Scope.PROVIDERS)

    def allocate(self, event: LossEvent) -> Allocation:
        """Best bids win, worst bids pay."""
        bidders = event.candidates
        silent = np.isnan(bidders.bid)
        side = float(np.sign(event.contracts))
        bid = np.where(silent, event.mark, bidders.bid)
        quality = np.minimum(side * bid, side * event.mark) if side else -np.abs(bid - event.mark)
        taken = in_order(abs(event.contracts), volunteer_room(event, event.mark), quality)
        placed = hands_over(event, taken, *self._prices(event, side * quality, taken))
        return replace(placed, charge=self._juniorise(event, silent, quality))

    def _prices(self, event: LossEvent, bid: Floats, taken: Floats) -> tuple[Floats | float, float]:
        won, side = taken > 0, float(np.sign(event.contracts))
        if not won.any():
            return event.mark, event.mark
        if self.uniform:
            clearing = side * float((side * bid[won]).min())
            return clearing, clearing
        return bid, float(np.average(bid[won], weights=taken[won])) * (1 - side * CUT)

    def _juniorise(self, event: LossEvent, silent: Bools, quality: Floats) -> Floats:
        bidders = event.candidates
        left = self.juniorised * bidders.contribution - self._charged.of(bidders.account)
        stake = np.clip(left, 0.0, bidders.spendable)
        first = in_proportion(event.dollars, np.where(silent, stake, 0.0))
        charge = first + in_order(event.dollars - float(first.sum()), np.where(silent, 0.0, stake), -quality)
        self._charged.add(bidders.account, charge)
        return charge
