"""S11: variation-margin gains haircut: the same share of every account's net gain since the last settlement."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.collecting import Gains, collect, collect_later
from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.contract import Allocation, Evidence, LossEvent, LossSharing, Mechanism, ResidualView, Scope


class GainsHaircut(Mechanism):
    """Cut the gains of a settlement cycle, net over all markets of the account, at one rate; positions stay open.

    H = min(1, L / sum of g+), and (1 - H) g is left. A clearing house does it once per cycle when it pays variation
    margin; here losses are collected as they appear, from what was gained since the last settlement. Gains are cut in
    at most `rounds` cycles, and nobody loses more in all than `limit` or its contribution, whichever is greater.
    """

    name: ClassVar[str] = "gains-haircut"
    source: ClassVar[str] = "ESMA Q&A 887 (EMIR art. 45); LCH SwapClear default rules (cap); ICE Clear Credit (5 days)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION
    throttled: ClassVar[bool] = True

    cycle: float = Field(28_800.0, gt=0, description="time between two settlements of the venue, seconds (guess)")
    rounds: int = Field(5, ge=1, description="most cycles whose gains are cut (remembered)")
    limit: float = Field(130e6, ge=0, description="most one account loses unless it contributed more, USD (remembered)")

    _cut: set[int] = PrivateAttr(default_factory=set)
    _gains: Gains = PrivateAttr(default_factory=Gains)
    _lost: Tally = PrivateAttr(default_factory=Tally)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """The losses that exist, unless the gains of too many cycles were cut before."""
        cycle = int(view.time // self.cycle)
        if cycle not in self._cut and len(self._cut) >= self.rounds:
            return collect_later(view, Scope.EVERYBODY)
        sharing = collect(view, Scope.EVERYBODY)
        if np.any(sharing.dollars > 0):
            self._cut.add(cycle)
        self._gains = Gains()
        return sharing

    def allocate(self, event: LossEvent) -> Allocation:
        """In proportion to net gains of the cycle."""
        members = event.candidates
        left = np.maximum(self.limit, members.contribution) - self._lost.of(members.account)
        answer = self._gains.charge(event, members.variation, left)
        self._lost.add(members.account, answer.charge)
        return answer
