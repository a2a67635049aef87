"""A23: haircuts that grow with leverage."""

from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class RiskModel(StrEnum):
    """How the risk of a contract grows with leverage: g = lambda, lambda^c, or (lambda - tau0)+."""

    LINEAR = "linear"
    POWER = "power"
    THRESHOLD = "threshold"


class RiskAwareProRata(Deleveraging):
    """Seize profits with haircuts proportional to a risk weight of leverage.

    h_i = min(1, tau r_i), r_i = lambda_i g(lambda_i), tau such that the budget is met: contracts are spread with the
    weights w_i r_i, w_i = (profit)+. Caution: the paper says that this minimises the expected deficit after the next
    shock, but that objective is linear in h, so its minimiser is the greedy queue by risk; take the rule as a heuristic
    between queue and pro rata.
    """

    name: ClassVar[str] = "risk-aware-pro-rata"
    source: ClassVar[str] = "risk-aware pro rata (RAP), arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")
    model: RiskModel = Field(RiskModel.LINEAR, description="risk model g: linear, power or threshold")
    exponent: float = Field(2.0, ge=0, le=4, description="c of the power model")
    threshold: float = Field(0.9, ge=0, description="leverage below which the threshold model takes nothing")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        weight = np.maximum(holders.profit, 0.0) * holders.leverage * self._risk(holders.leverage)
        return water_fill(abs(event.contracts), weight, within_profit(event, self.price, size))

    def _risk(self, leverage: Floats) -> Floats:
        if self.model is RiskModel.THRESHOLD:
            return np.maximum(leverage - self.threshold, 0.0)
        return leverage if self.model is RiskModel.LINEAR else leverage**self.exponent
