"""B8: providers committed in advance take positions over at the bankruptcy price, best bids first."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.assigning import Assignment, engine_price, hands_over, volunteer_room
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent


class CommittedProviders(Assignment):
    """Assign the inventory at the bankruptcy price to providers who bid at least as much, the best bids first.

    The engine ends each assignment with nothing lost; the provider keeps the distance from the bankruptcy price to the
    mark. How FTX ranked its providers is not public: the order is our own.
    """

    name: ClassVar[str] = "committed-providers"
    source: ClassVar[str] = "FTX, Our Liquidation Engine (backstop liquidity providers, remembered); Coinbase LSP"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def allocate(self, event: LossEvent) -> Allocation:
        """Fill the best bids, each up to its room."""
        providers, side, price = event.candidates, float(np.sign(event.contracts)), engine_price(event)
        good = side * (providers.bid - price) >= 0  # false for the NaN of those who do not volunteer
        room = np.where(good, volunteer_room(event, price), 0.0)
        taken = in_order(abs(event.contracts), room, np.where(good, side * providers.bid, 0.0))
        return hands_over(event, taken, price, price)
