"""Parts of rules that collect cash: which losses, and from gains at one rate."""

import numpy as np

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.contract import Allocation, Floats, LossEvent, LossSharing, ResidualView, Scope


def collect(view: ResidualView, scope: Scope) -> LossSharing:
    """Collect the losses that exist and nobody has paid or promised; losses to come are collected when they do."""
    owed = np.minimum(view.deficit, view.uncovered)
    return LossSharing(contracts=np.zeros(len(owed)), dollars=owed, scope=scope)


def collect_later(view: ResidualView, scope: Scope) -> LossSharing:
    """Collect nothing now; losses wait with the engine."""
    nothing = np.zeros(len(view.market))
    return LossSharing(contracts=nothing, dollars=nothing, scope=scope)


class Gains:
    """Gains that one collection cuts at one rate, over as many markets as it has events.

    Each market collects its own dollars in proportion to what every account had won when the collection first met it,
    so that the rates of the markets add up to one percentage; nobody pays more than it had won.
    """

    def __init__(self) -> None:
        self._won, self._paid = Tally(), Tally()

    def charge(self, event: LossEvent, gain: Floats, most: Floats | float = np.inf) -> Allocation:
        """Collect `event.dollars` from positive `gain` `[n]` USD, from nobody more than `most`."""
        account = event.candidates.account
        won = self._won.raised(account, gain)
        left = np.maximum(np.minimum(won - self._paid.of(account), most), 0.0)
        answer = charge_in_proportion(event, won, left)
        self._paid.add(account, answer.charge)
        return answer
