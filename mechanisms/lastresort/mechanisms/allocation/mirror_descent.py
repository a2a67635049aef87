"""A28: haircuts found by a few steps of mirror descent."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent

ROUNDS = 100
"""Trial values of the multiplier at most; Newton's steps usually need fewer than ten."""


class MirrorDescent(Deleveraging):
    """Step from no haircuts towards those that leave the least leverage open, without ever leaving the budget.

    h <- Proj_{[0, 1]^n, c.h = Q}(h - eta_t g), eta_t = step / sqrt(t); c_i are the contracts that cost account i its
    profit, so h_i c_i are closed. The loss is the paper's residual, sum of (1 - h_i) lambda_i c_i, with leverage in
    units of its median. Its minimiser is the queue by leverage; the number of steps says how far to go there from pro
    rata, which is the projection of no haircuts. The norm is weighted by c, the geometry "aligned with capped pro-rata"
    that the paper names; the repository's plain norm takes more than its share from a large account with no gradient.
    """

    name: ClassVar[str] = "mirror-descent"
    source: ClassVar[str] = "section on learning and appendix on regret, arXiv 2512.01112; vector_mirror_descent.py"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")
    steps: int = Field(5, ge=1, le=1000, description="steps of the descent (guess)")
    step: float = Field(0.1, ge=0, description="length of the first step; the t-th is shorter by the square root of t")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        most = within_profit(event, self.price, size)
        close, rows = np.zeros_like(size), np.flatnonzero(most)
        share, slope = np.zeros(len(rows)), open_leverage(event.candidates.leverage[rows])
        for t in range(1, self.steps + 1):
            share = projected(share - self.step / np.sqrt(t) * slope, most[rows], abs(event.contracts))
        close[rows] = share * most[rows]
        return close


def open_leverage(leverage: Floats) -> Floats:
    """Gradient of the leverage left open, per contract: minus leverage, in units of its median."""
    return -leverage / max(float(np.median(leverage)), 1e-300) if len(leverage) else leverage


def projected(wanted: Floats, weight: Floats, budget: float) -> Floats:
    """The shares `[n]` in [0, 1] with weight . shares = budget that are nearest to `wanted`, in the weighted norm.

    They are clip(wanted - mu, 0, 1), all ones where the weights (> 0) fall short of the budget; mu is bracketed and
    found by Newton's steps, by halving where those leave the bracket.
    """
    if budget >= weight.sum():
        return np.ones_like(weight)
    low, high = float(wanted.min()) - 1, float(wanted.max())
    mu = min(max(float(weight @ wanted - budget) / float(weight.sum()), low), high)
    for _ in range(ROUNDS):
        free = wanted - mu
        share = np.clip(free, 0.0, 1.0)
        excess = float(weight @ share) - budget
        low, high = (mu, high) if excess > 0 else (low, mu)
        if abs(excess) <= 1e-12 * budget:
            break
        newton = mu + excess / max(float(weight @ (free == share)), 1e-300)
        mu = newton if low < newton < high else (low + high) / 2
    return share * min(1.0, budget / max(budget + excess, 1e-300))
