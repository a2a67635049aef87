"""A clock from the bankruptcy price towards the mark: the longer nobody accepts, the less it costs to be closed."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.pricing import PriceRule, capacity, closes_at, two_prices
from lastresort.mechanisms.building_blocks.ranking import ratio
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, Mechanism


class DutchAuctionAdl(Mechanism):
    """Offer the engine's inventory to the other side at a price that improves step by step, until enough accept.

    The clock starts at the bankruptcy price and ends at the mark, or before it where the fund could not pay for more.
    Who accepts is closed at the price at which the clock stops, everybody by the same share; the fund pays from there
    to the bankruptcy price. Nobody is closed against its will: what is not accepted stays with the engine. Assumed
    behaviour: an account gives up at most `sacrifice` of the unrealised profit of each contract.
    """

    name: ClassVar[str] = "dutch-auction-adl"
    source: ClassVar[str] = "example of lastresort; no venue is known to run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    steps: int = Field(20, gt=1, description="prices that the clock shows, the first and the last included")
    sacrifice: float = Field(0.25, ge=0, le=1, description="most of its profit that an account gives up (guess)")

    def allocate(self, event: LossEvent) -> Allocation:
        """Let the clock run until the accounts that accept can take everything, or to its end."""
        last, engine = two_prices(event, PriceRule.ASYMMETRIC)
        side, wanted, holders = np.sign(event.contracts), abs(event.contracts), event.candidates
        reserve = self.sacrifice * ratio(np.maximum(holders.profit, 0.0), np.abs(holders.quantity))
        least, most = (float(side * (price - event.mark)) for price in (last, engine))
        price, size = last, np.zeros_like(reserve)
        for cost in np.linspace(max(most, least), least, self.steps):
            price = event.mark + side * cost
            size = np.where(reserve >= cost, capacity(event, price), 0.0)
            if size.sum() >= wanted * (1 - 1e-9):  # rounding shall not move the clock
                break
        return closes_at(event, in_proportion(wanted, size), price, engine)
