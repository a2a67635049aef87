"""Estimates over seeds: ratio estimators, their bootstrap intervals, standard errors and tests.

The seed is the cluster: runs of one seed share their random numbers, so seeds are resampled whole and differences are
taken within seeds. Every resampling starts from the same key, so results are bit-reproducible.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from lastresort.mechanisms.contract import Floats, Ints

RESAMPLES = 10_000
CONFIDENCE = 0.95
_KEY = 20251010


Statistic = Callable[..., Floats]
"""A function of columns `[..., seeds]` and the keyword `axis`, which it reduces; NaN where it is undefined."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, its 95 % interval (NaN ends where there is none), and its method: BCa, percentile or none.

    `note` says why an interval is not BCa, or why there is none; `standard_error` is the delete-one-seed jackknife's.
    """

    value: float
    low: float
    high: float
    method: str
    note: str
    standard_error: float


def ratio(numerator: Floats, denominator: Floats, axis: int = -1) -> Floats:
    """Ratio of sums along `axis`; NaN where the denominator adds up to nothing."""
    top, bottom = numerator.sum(axis=axis), denominator.sum(axis=axis)
    return np.asarray(np.where(bottom > 0, top, np.nan) / np.where(bottom > 0, bottom, 1.0))


def ratio_difference(top: Floats, bottom: Floats, other_top: Floats, other_bottom: Floats, axis: int = -1) -> Floats:
    """Difference of two ratios of sums over the same seeds, first minus second."""
    return ratio(top, bottom, axis) - ratio(other_top, other_bottom, axis)


def influences(numerator: Floats, denominator: Floats) -> Floats:
    """Influence of each seed on a ratio of sums, `[..., seeds]`: (x - ratio y) / mean(y), which add up to zero.

    Their standard deviation over the square root of the number of seeds is the delta method's standard error.
    """
    residuals = numerator - ratio(numerator, denominator)[..., None] * denominator
    return np.asarray(residuals / denominator.mean(axis=-1, keepdims=True))


def estimate(statistic: Statistic, columns: Sequence[Floats]) -> Estimate:
    """Estimate a statistic of paired columns `[seeds]` with a 95 % interval, the statistic recomputed in each resample.

    BCa (Efron 1987) from 10,000 resamples of whole seeds; percentile where BCa is undefined; none below two seeds.
    """
    value, error = float(statistic(*columns)), jackknife_error(statistic, columns)
    if len(columns[0]) < 2:
        return Estimate(value, math.nan, math.nan, "none", "an interval needs at least two seeds", error)
    if math.isnan(value):
        return Estimate(value, math.nan, math.nan, "none", "not defined in these runs", error)
    return Estimate(value, *_interval(statistic, columns), error)


def unpaired_estimate(ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats]) -> Estimate:
    """Estimate a difference of two ratios of sums whose seeds, `[seeds]` of two or more, have nothing in common.

    The bootstrap resamples the seeds of each ratio on their own; the jackknife errors add up in squares.
    """

    def difference(our_places: Floats, their_places: Floats, axis: int = -1) -> Floats:
        first, second = our_places.astype(np.int64), their_places.astype(np.int64)
        return ratio_difference(ours[0][first], ours[1][first], theirs[0][second], theirs[1][second], axis)

    places = (np.arange(len(ours[0]), dtype=np.float64), np.arange(len(theirs[0]), dtype=np.float64))
    error = math.hypot(jackknife_error(ratio, ours), jackknife_error(ratio, theirs))
    return Estimate(float(difference(*places)), *_interval(difference, places, paired=False), error)


def jackknife_error(statistic: Statistic, columns: Sequence[Floats]) -> float:
    """Standard error from leaving out one seed at a time (Tukey 1958); NaN below two seeds."""
    seeds = len(columns[0])
    if seeds < 2:
        return math.nan
    kept = np.array([np.delete(np.arange(seeds), left_out) for left_out in range(seeds)])
    values = statistic(*(column[kept] for column in columns))
    return math.sqrt((seeds - 1) / seeds * float(np.square(values - values.mean()).sum()))


def p_value(estimate: Estimate, seeds: int) -> float:
    """Two-sided p value of "no difference": Student's t on the jackknife error, `seeds` - 1 degrees of freedom."""
    if math.isnan(estimate.value) or math.isnan(estimate.standard_error):
        return math.nan
    if estimate.standard_error <= rounding(estimate.value):
        return 1.0 if estimate.value == 0 else 0.0
    return float(2 * stats.t.sf(abs(estimate.value) / estimate.standard_error, seeds - 1))


def holm(p_values: Sequence[float]) -> Floats:
    """Adjusted p values of a family, in the order given (Holm 1979); NaN entries are left out of the family."""
    adjusted = np.array(p_values, dtype=np.float64)
    order = np.argsort(adjusted)[: np.count_nonzero(~np.isnan(adjusted))]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * adjusted[order]))
    return adjusted


def rounding(size: float) -> float:
    """Spread below which values of this size differ by rounding alone."""
    return 1e-12 * abs(size)


def resamples(seeds: int) -> Ints:
    """Places of the seeds in each bootstrap resample, `[RESAMPLES, seeds]`."""
    return _generator().integers(0, seeds, (RESAMPLES, seeds), dtype=np.int64)


def _generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=_KEY))


def _interval(statistic: Statistic, columns: Sequence[Floats], paired: bool = True) -> tuple[float, float, str, str]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a degenerate BCa is NaN, which the next lines look for
        result = stats.bootstrap(
            columns,
            statistic,
            n_resamples=RESAMPLES,
            paired=paired,
            vectorized=True,
            confidence_level=CONFIDENCE,
            method="BCa",
            rng=_generator(),
        )
    values = result.bootstrap_distribution
    low, high = (float(end) for end in result.confidence_interval)
    reason = _degenerate(values, low, high)
    if not reason:
        return low, high, "BCa", ""
    tail = (1 - CONFIDENCE) / 2
    return float(np.nanquantile(values, tail)), float(np.nanquantile(values, 1 - tail)), "percentile", reason


def _degenerate(values: Floats, low: float, high: float) -> str:
    """Why BCa does not apply, or an empty text."""
    undefined = np.count_nonzero(np.isnan(values))
    if undefined:
        return f"not defined in {undefined / len(values):.1%} of the resamples, which are left out"
    if np.ptp(values) <= rounding(float(np.max(np.abs(values)))):
        return "every seed gave the same value"
    if math.isnan(low) or math.isnan(high):
        return "BCa is degenerate for these values"
    return ""
