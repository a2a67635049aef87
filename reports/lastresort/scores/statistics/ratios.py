"""Ratios of sums over seeds, and how much each seed moves them."""

import numpy as np

from lastresort.mechanisms.contract import Floats


def ratio(numerator: Floats, denominator: Floats, axis: int = -1) -> Floats:
    """Ratio of sums along `axis`; NaN where the denominator adds up to nothing."""
    return quotient(numerator.sum(axis=axis), denominator.sum(axis=axis))


def ratio_difference(top: Floats, bottom: Floats, other_top: Floats, other_bottom: Floats, axis: int = -1) -> Floats:
    """Difference of two ratios of sums over the same seeds, first minus second."""
    return ratio(top, bottom, axis) - ratio(other_top, other_bottom, axis)


def influences(numerator: Floats, denominator: Floats) -> Floats:
    """Influence of each seed on a ratio of sums, `[..., seeds]`: (x - ratio y) / mean(y), which add up to zero.

    Their standard deviation over the square root of the number of seeds is the delta method's standard error.
    """
    residuals = numerator - ratio(numerator, denominator)[..., None] * denominator
    return np.asarray(residuals / denominator.mean(axis=-1, keepdims=True))


def quotient(top: Floats, bottom: Floats) -> Floats:
    """Divide, element by element; NaN where `bottom` is not above zero."""
    defined = bottom > 0
    return np.asarray(np.where(defined, top, np.nan) / np.where(defined, bottom, 1.0))
