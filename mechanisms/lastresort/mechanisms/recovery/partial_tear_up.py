"""S13: contracts opposite to the defaulter's are torn up at the last settlement price."""

from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import water_fill
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import unhedged
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class Choice(StrEnum):
    """Whose contracts are torn up: the same share of all, or unhedged parts before hedged ones."""

    PRO_RATA = "pro-rata"
    UNHEDGED_FIRST = "unhedged-first"


class PartialTearUp(Deleveraging):
    """Close the same share of every opposite position, in profit or not, at the last settlement price.

    k_i = Q q_i / sum of q. Unhedged first: Q over the parts u_i = (q_i - hedged contracts)+ in proportion to them, and
    what those cannot take over the hedged parts; a clearing house sees hedges that it clears itself, and no others. The
    third choice, only contracts that found no bidder, is one of order: place the rule below default-auction, and what
    is left to it is what the auction did not sell.

    The engine took its inventory over at bankruptcy prices, not at the last settlement: what the difference costs it
    stays for the stages that follow, what it gains becomes surplus.
    """

    name: ClassVar[str] = "partial-tear-up"
    source: ClassVar[str] = (
        "CME filing 16-354 (2016, gains haircut and tear-up); ICE Clear Credit, 81 FR 83906; choices: "
        "Bank of England, CCP resolution execution and resolvability outcomes (discussion paper, 19 May 2026)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.SETTLEMENT, description="prices of torn-up contracts, see PriceRule")
    choose: Choice = Field(Choice.PRO_RATA, description="whose contracts are torn up: pro-rata or unhedged-first")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        contracts, held = abs(event.contracts), np.abs(event.candidates.quantity)
        if self.choose is Choice.PRO_RATA:
            return water_fill(contracts, held, size)
        naked = unhedged(event.candidates, attested=False)
        close = water_fill(contracts, naked, np.minimum(naked, size))
        return close + water_fill(contracts - float(close.sum()), held - naked, size - close)
