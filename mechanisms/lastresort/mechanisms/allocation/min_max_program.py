"""A27: the integer program that minimises the largest loss relative to equity."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class MinMaxProgram(Deleveraging):
    """Close whole lots so that the largest loss relative to equity is as small as can be.

    Minimise M subject to sum of k_i d >= B, 0 <= k_i <= K_i whole, k_i d <= M e_i, d dollars per lot. The repository
    solves it over several markets at once, with CBC, 30 s and a fallback (fixed-point-integer). Here one market is
    settled at a time, where a lot costs everybody the same, and then handing out the lots one by one to the smallest
    (k_i + 1) / e_i (Jefferson's divisor method) is optimal: no solver, no limit of size or time, no fallback. B is
    rounded down to whole lots, because nobody can close more than the engine holds.
    """

    name: ClassVar[str] = "min-max-program"
    source: ClassVar[str] = "min-max ILP, arXiv 2512.01112 and pluriholonomic/autodeleveraging-analysis@aae0be8"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        equity = event.candidates.equity
        most = np.where(equity > 0, np.floor(size / event.lot + 1e-9), 0.0)
        lots, rows = np.zeros_like(size), np.flatnonzero(most)
        lots[rows] = _least_burden(np.floor(abs(event.contracts) / event.lot + 1e-9), equity[rows], most[rows])
        return event.lot * lots


def _least_burden(total: float, equity: Floats, most: Floats) -> Floats:
    """Lots `[n]` with sum `total`, each handed to the smallest (lots + 1) / equity; ties go to the earlier row."""
    if total >= most.sum():
        return most
    lots = np.minimum(np.floor(_level(total, equity, most) * equity), most)
    burden = np.where(lots < most, (lots + 1) / equity, np.inf)
    return lots + in_order(total - float(lots.sum()), np.ones_like(lots), -burden)


def _level(total: float, equity: Floats, most: Floats) -> float:
    """The highest burden, lots over equity, at which rounding down hands out no more than `total`; by bisection."""
    low, high = 0.0, float((most / equity).max()) * 2
    while low < (middle := (low + high) / 2) < high:
        given = float(np.minimum(np.floor(middle * equity), most).sum())
        if given == total:
            return middle
        low, high = (middle, high) if given < total else (low, middle)
    return low
