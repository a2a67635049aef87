"""A9: Ethereal's lexicographic order, at the oracle price capped at the bankruptcy price."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import balance, lexicographic
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class EtherealAdl(Deleveraging):
    """Close by leverage, then profit, then low balance, then youth, at the oracle or a better price for the engine.

    Rank = lexicographic (effective leverage, unrealised profit, lowest balance, newest account). Where the oracle price
    leaves the engine a loss, the price is the bankruptcy price. The age of an account is that of its position, the only
    one known here.
    """

    name: ClassVar[str] = "ethereal-adl"
    source: ClassVar[str] = "Ethereal docs, Auto-Deleveraging"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.ORACLE, description="prices of forced closes before the cap, see PriceRule")

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        winner, loser = super()._prices(event)
        best = np.fmax if event.contracts > 0 else np.fmin  # both ignore the missing price of an empty engine
        return float(best(winner, event.bankruptcy_price)), float(best(loser, event.bankruptcy_price))

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        score = lexicographic(holders.leverage, holders.profit, -balance(holders), holders.opened)
        return in_order(abs(event.contracts), size, score)
