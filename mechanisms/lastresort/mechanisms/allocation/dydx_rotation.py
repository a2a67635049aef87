"""A6: dYdX v4's walk over opposite positions from a random start, whole positions at the bankruptcy price."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class DydxRotation(Deleveraging):
    """Close whole opposite positions one after another from a random start, whoever profits, skipping those too thin.

    Each closes min(rest, its position) at the engine's bankruptcy price. Where that would leave its account with less
    than nothing, because its own bankruptcy price does not overlap, it is passed over, not cut. Positions passed over
    count as visited. The engine's whole inventory is placed at once; dYdX goes account by account and block by block.
    """

    name: ClassVar[str] = "dydx-rotation"
    source: ClassVar[str] = "dydxprotocol/v4-chain@84d4664, x/clob/keeper/deleveraging.go"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE
    throttled: ClassVar[bool] = True
    exemptions: ClassVar[Mapping[str, str]] = {"order": "the draw is where in the list the rotation begins"}

    visits: int = Field(500, ge=1, description="most positions visited per event")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        held = np.abs(event.candidates.quantity)
        opposite = np.flatnonzero(event.candidates.quantity * event.contracts < 0)
        start = int(event.random().integers(max(len(opposite), 1)))
        visited = np.roll(opposite, -start)[: self.visits]
        able = np.where(size >= held * (1 - 1e-9), size, 0.0)[visited]
        rest = abs(event.contracts) - (np.cumsum(able) - able)
        thin = np.flatnonzero((able == 0) & (rest > 0) & (rest <= size[visited]))[:1]
        able[thin] = rest[thin]
        close = np.zeros_like(size)
        close[visited] = in_order(abs(event.contracts), able, np.zeros(len(visited)))
        return close
