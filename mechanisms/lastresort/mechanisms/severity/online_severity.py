"""A29-A31 (severity): each market's share is learnt online from how much too much or too little was shared before."""

from collections import deque
from typing import ClassVar, NamedTuple

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, Prices, PriceView, ResidualView


class _Round(NamedTuple):
    """One round of sharing whose result is not known yet; prices in USD per contract."""

    time: float
    market: int
    side: float
    bankruptcy_price: float
    mark: float


class OnlineSeverity(Mechanism):
    """Share theta of what would be shared; move theta against realised over- and undershoot, within [least, 1].

    After a round at bankruptcy price b and mark p with inventory of sign s, the mark p' `horizon` seconds later gives
    the return x = s (p' - b) / p. Where x > 0 those closed gave up what the engine would have kept: overshoot theta x.
    Where x < 0 the engine kept losing on the rest: undershoot (1 - theta) |x|. Their sum is linear in theta with
    gradient x, so theta' = min(1, max(least, theta - rate x)): mirror descent with the Euclidean map (projected online
    gradient). If results are known before the next round, its regret against any fixed theta is at most
    (1 - least)^2 / (2 rate) + rate / 2 x sum of x^2. The papers control the haircut of every account under incentive
    constraints; here only the severity learns, and who pays is the next stage's. Prices are looked at, not set.
    """

    name: ClassVar[str] = "online-severity"
    source: ClassVar[str] = "after arXiv 2512.01112 (MDIC) and arXiv 2602.15182 (autodeleveraging as online learning)"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
    throttled: ClassVar[bool] = True

    theta: float = Field(0.5, ge=0, le=1, description="share of the severity in force at the start (guess)")
    rate: float = Field(5.0, ge=0, description="change of theta per unit of return (guess)")
    least: float = Field(0.1, ge=0, le=1, description="smallest theta (guess)")
    horizon: float = Field(60.0, ge=0, description="time after a round at which its result counts, seconds (guess)")

    _theta: dict[int, float] = PrivateAttr(default_factory=dict)
    _rounds: deque[_Round] = PrivateAttr(default_factory=deque)

    def set_prices(self, view: PriceView) -> Prices | None:
        """Learn from the rounds that are old enough."""
        while self._rounds and self._rounds[0].time + self.horizon <= view.time:
            then = self._rounds.popleft()
            gain = then.side * (float(view.mark[then.market]) - then.bankruptcy_price) / then.mark
            self._theta[then.market] = self._within(self._severity(then.market) - self.rate * gain)
        return None

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Theta times the severity in force."""
        for row in np.flatnonzero((view.contracts > 0) & (view.inventory != 0)):
            side, price = np.sign(view.inventory[row]), view.bankruptcy_price[row]
            self._rounds.append(_Round(view.time, int(view.market[row]), float(side), float(price), view.mark[row]))
        return scaled(view, np.array([self._severity(market) for market in view.market.tolist()], dtype=np.float64))

    def _severity(self, market: int) -> float:
        return self._theta.get(market, self._within(self.theta))

    def _within(self, theta: float) -> float:
        return min(1.0, max(self.least, theta))
