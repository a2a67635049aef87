"""P values of differences, of being different and of being equivalent, and their adjustment over families."""

from collections.abc import Sequence

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.estimates import Estimate, rounding

SIGNIFICANCE = 0.05
EQUIVALENCE = 0.025
"""Level of equivalence: that of a 95 % interval within the margin, which is a one-sided test at 2.5 % on each side."""


def p_value(estimate: Estimate, seeds: int) -> float:
    """Two-sided p value of "no difference": Student's t on the jackknife error, `seeds` - 1 degrees of freedom."""
    return float(np.minimum(1.0, 2 * _beyond(abs(estimate.value), estimate, seeds)))


def equivalence_p_value(estimate: Estimate, margin: float, seeds: int) -> float:
    """P value of "the difference is `margin` or more either way": two one-sided tests (Schuirmann 1987).

    The larger of the two, by Student's t on the jackknife error; NaN for a margin of 0, which nothing lies within.
    """
    if margin <= 0:
        return float("nan")
    return _beyond(margin - abs(estimate.value), estimate, seeds)


def holm(p_values: Sequence[float]) -> Floats:
    """Adjusted p values of a family, in the order given (Holm 1979); NaN entries are left out of the family."""
    adjusted = np.array(p_values, dtype=np.float64)
    order = np.argsort(adjusted)[: np.count_nonzero(~np.isnan(adjusted))]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * adjusted[order]))
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> Floats:
    """Adjusted p values that bound the share of false findings (Benjamini and Hochberg 1995); NaN are left out."""
    adjusted = np.array(p_values, dtype=np.float64)
    known = ~np.isnan(adjusted)
    if known.any():
        adjusted[known] = scipy.stats.false_discovery_control(adjusted[known], method="bh")
    return adjusted


def _beyond(distance: float, estimate: Estimate, seeds: int) -> float:
    """Chance that Student's t puts an estimate so far (in its unit) to the right of where it would be by itself."""
    if np.isnan(estimate.value) or np.isnan(estimate.standard_error):
        return float("nan")
    if estimate.standard_error <= rounding(estimate.value):
        return 0.0 if distance > 0 else 1.0
    return float(scipy.special.stdtr(seeds - 1, -distance / estimate.standard_error))
