"""A speed limit for forced closes: nobody loses more than a share of a position within an hour."""

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.filling import in_proportion
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism


class HourlyCap(Mechanism):
    """Close everybody by the same share, and nobody by more than `most` of its position in one hour."""

    name = "hourly-cap"
    source = "own design, after the rate limits of liquidation engines"

    most: float = Field(0.25, gt=0, le=1, description="of a position that may be closed within an hour")

    _closed: dict[tuple[int, int, int], float] = PrivateAttr(default_factory=dict)

    def allocate(self, event: LossEvent) -> Allocation:
        keys = [(int(event.time // 3600), event.market, int(account)) for account in event.candidates.account]
        before = np.array([self._closed.get(key, 0.0) for key in keys])
        held = np.abs(event.candidates.quantity)
        room = np.maximum(self.most * (held + before) - before, 0.0)
        close = in_proportion(abs(event.contracts), np.minimum(capacity(event, event.bankruptcy_price), room))
        self._closed |= dict(zip(keys, (before + close).tolist(), strict=True))
        return closes(event, close)
