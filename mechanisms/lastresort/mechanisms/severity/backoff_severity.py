"""A30 (back-off): each further round of one episode shares less."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class BackoffSeverity(Mechanism):
    """Share theta x alpha^k of what would be shared in the k-th round of a market's episode, k = 0, 1, ...

    A round is a pass with something to share in the market; an episode ends when none came for `quiet` seconds. The
    paper warns of the waiting game: whoever is asked later is asked for less.
    """

    name: ClassVar[str] = "backoff-severity"
    source: ClassVar[str] = "arXiv 2512.01112, severity policies"
    evidence: ClassVar[Evidence] = Evidence.PAPER
    throttled: ClassVar[bool] = True

    theta: float = Field(1.0, ge=0, le=1, description="share of the severity in force in the first round (guess)")
    alpha: float = Field(0.5, ge=0, le=1, description="factor from round to round (guess)")
    quiet: float = Field(600.0, gt=0, description="time without a round that ends an episode, seconds (guess)")

    _rounds: dict[int, int] = PrivateAttr(default_factory=dict)
    _last: dict[int, float] = PrivateAttr(default_factory=dict)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Theta times alpha to the number of earlier rounds, times the severity in force."""
        factor = np.zeros(len(view.market))
        for row in np.flatnonzero((view.contracts > 0) | (view.dollars > 0)):
            factor[row] = self.theta * self.alpha ** self._round(int(view.market[row]), view.time)
        return scaled(view, factor)

    def _round(self, market: int, time: float) -> int:
        """Number of this round within its episode."""
        fresh = time - self._last.get(market, -np.inf) > self.quiet
        k = 0 if fresh else self._rounds[market] + 1
        self._rounds[market], self._last[market] = k, time
        return k
