"""Scores that are 0 or 1 in every run: intervals and tests that hold for few runs and for shares near 0 or 1."""

import math

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.estimates import CONFIDENCE, Estimate, without_interval


def is_binary(tops: Floats, bottoms: Floats) -> bool:
    """Whether every run counts 1 and scores 0 or 1, both of which occur: `[...]` of all policies compared.

    Where only one of them occurs, nobody can tell a share from dollars of which there are none.
    """
    return bool((bottoms == 1).all() and ((tops == 0) | (tops == 1)).all() and tops.min() < tops.max())


def estimate_share(values: Floats) -> Estimate:
    """Estimate the share of ones among `values` `[seeds]` with Wilson's interval (1927); none below two seeds."""
    share, seeds = float(values.mean()), len(values)
    if seeds < 2:
        return without_interval(share, "an interval needs at least two seeds")
    low, high = wilson(float(values.sum()), seeds)
    return Estimate(share, low, high, "Wilson", "", _standard_error(values), 0.0)


def estimate_share_difference(ours: Floats, theirs: Floats) -> Estimate:
    """Estimate the difference of two shares of ones over the same seeds, `[seeds]` each, with Newcombe's interval."""
    value, seeds = float(ours.mean() - theirs.mean()), len(ours)
    if seeds < 2:
        return without_interval(value, "an interval needs at least two seeds")
    low, high = newcombe(ours, theirs)
    return Estimate(value, low, high, "Newcombe", "", _standard_error(ours - theirs), 0.0)


def wilson(ones: float, runs: int) -> tuple[float, float]:
    """Wilson's score interval for a share, 95 %."""
    found = scipy.stats.binomtest(round(ones), runs).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def newcombe(ours: Floats, theirs: Floats) -> tuple[float, float]:
    """Newcombe's interval for a difference of paired shares, 95 % (Statistics in Medicine 17, 1998, method 10)."""
    first, second = float(ours.mean()), float(theirs.mean())
    low, high = wilson(float(ours.sum()), len(ours))
    other_low, other_high = wilson(float(theirs.sum()), len(theirs))
    phi = _phi(ours, theirs)
    below = _reach(first - low, other_high - second, phi)
    above = _reach(high - first, second - other_low, phi)
    return first - second - below, first - second + above


def mcnemar(ours: Floats, theirs: Floats) -> float:
    """Two-sided p value of "no difference" between paired ones and zeros: McNemar's exact test; NaN below two seeds."""
    if len(ours) < 2:
        return math.nan
    more, less = int(np.count_nonzero(ours > theirs)), int(np.count_nonzero(ours < theirs))
    return float(scipy.stats.binomtest(more, more + less).pvalue) if more + less else 1.0


def _phi(ours: Floats, theirs: Floats) -> float:
    """Correlation of ones and zeros, with the continuity correction of Newcombe's method 10."""
    both, neither = (float(np.count_nonzero((ours == one) & (theirs == one))) for one in (1, 0))
    more, less = float(np.count_nonzero(ours > theirs)), float(np.count_nonzero(ours < theirs))
    margins = (both + more) * (less + neither) * (both + less) * (more + neither)
    product = both * neither - more * less
    corrected = max(product - len(ours) / 2, 0.0) if product > 0 else product
    return corrected / math.sqrt(margins) if margins else 0.0


def _reach(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))


def _standard_error(values: Floats) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values)))
