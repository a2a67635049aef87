"""S16: members are assessed in proportion to their default-fund contributions, up to a multiple of them."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion
from lastresort.mechanisms.building_blocks.collecting import collect
from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class CashCall(Mechanism):
    """Call cash from members in proportion to contributions, up to one multiple per default and another in all.

    x_i = L c_i / sum of c, at most `single` x c_i per default and `total` x c_i in the run, which is shorter than CME's
    cooling-off period. A crash has no separate defaults: losses of the same `window` count as one. Calls are met at
    once out of the account's own money.
    """

    name: ClassVar[str] = "cash-call"
    source: ClassVar[str] = "CME Rule 802, assessments (275 % for one default, 550 % within a cooling-off period)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    single: float = Field(2.75, ge=0, description="most per default, multiple of the contribution (remembered)")
    total: float = Field(5.50, ge=0, description="most in the run, multiple of the contribution (remembered)")
    window: float = Field(3600.0, gt=0, description="losses of the same window are one default, seconds (guess)")

    _window: int = PrivateAttr(default=0)
    _now: Tally = PrivateAttr(default_factory=Tally)
    _ever: Tally = PrivateAttr(default_factory=Tally)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Collect the losses that exist from everybody with a contribution."""
        window = int(view.time // self.window)
        if window != self._window:
            self._window, self._now = window, Tally()
        return collect(view, Scope.EVERYBODY)

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to contributions."""
        members = event.candidates
        account, stake = members.account, members.contribution
        callable_now = np.minimum(
            self.single * stake - self._now.of(account), self.total * stake - self._ever.of(account)
        )
        answer = charge_in_proportion(event, stake, np.maximum(callable_now, 0.0))
        self._now.add(account, answer.charge)
        self._ever.add(account, answer.charge)
        return answer
