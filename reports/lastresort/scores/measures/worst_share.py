"""The mean of the worst few: expected shortfall of a weighted column."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats

TAIL = 0.05
"""Share of the weight that counts as the worst, as in an expected shortfall at 95 %."""


def expected_shortfall(value: Floats, weight: Floats, tail: float = TAIL) -> float:
    """Weighted mean of the largest values that make up `tail` of the weight; the one at the edge counts in part.

    Columns `[n]`, weights >= 0 in any unit. NaN where there is no weight. Source: Acerbi and Tasche (2002).
    """
    total = float(weight.sum())
    if not total > 0:
        return math.nan
    order = np.argsort(-value, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    counted = np.clip(tail * total - before, 0.0, weight[order])
    return float(np.sum(counted * value[order]) / (tail * total))
