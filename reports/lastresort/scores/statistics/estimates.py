"""Estimates with their intervals: what every score, difference and tail comes out as."""

import math
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95 % interval (NaN ends where there is none), in the unit of what is estimated.

    `method` names the interval: studentized, BCa, percentile, Wilson, Newcombe or none; `note` says why it is not the
    usual one, or why there is none. `standard_error` is the delete-one-seed jackknife's unless `note` says otherwise.
    `interval_error` is the standard error that the ends have because resamples are drawn at random, the larger of both;
    0 for closed forms, NaN without an interval.
    """

    value: float
    low: float
    high: float
    method: str
    note: str
    standard_error: float
    interval_error: float


def without_interval(value: float, note: str, standard_error: float = math.nan) -> Estimate:
    """Return an estimate that has no interval, for the reason in `note`."""
    return Estimate(value, math.nan, math.nan, "none", note, standard_error, math.nan)


def rounding(size: float) -> float:
    """Spread below which values of this size differ by rounding alone."""
    return 1e-12 * abs(size)
