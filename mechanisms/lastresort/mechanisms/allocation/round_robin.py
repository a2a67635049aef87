"""A37: the queue in turns, with a cool-down for those already hit."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import lexicographic, profit_times_leverage
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class RoundRobin(Deleveraging):
    """Run the profit x leverage queue over rested accounts; those hit within the cool-down come last.

    Rank = lexicographic (rested, profit x leverage); an account rests for `cooldown` seconds after a close in any of
    the venue's markets.
    """

    name: ClassVar[str] = "round-robin"
    source: ClassVar[str] = "baseline: rotation with a cool-down"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
    throttled: ClassVar[bool] = True

    cooldown: float = Field(3600.0, ge=0, description="rest of an account after a close, seconds (guess)")

    _hit: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))
    """Time of the last close per account id."""

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        self._make_room(int(holders.account.max(initial=-1)) + 1)
        rested = (event.time - self._hit[holders.account] >= self.cooldown).astype(np.float64)
        close = in_order(abs(event.contracts), size, lexicographic(rested, profit_times_leverage(holders)))
        self._hit[holders.account[close > 0]] = event.time
        return close

    def _make_room(self, accounts: int) -> None:
        unknown = max(accounts - len(self._hit), 0)
        self._hit = np.append(self._hit, np.full(unknown, -np.inf))
