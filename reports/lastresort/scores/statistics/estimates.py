"""Estimates with their intervals: what every score, difference and tail comes out as."""

import math
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats

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


TOO_FEW = "too few seeds"
"""Why there is no interval where one would be wider than the range of the runs."""


def per_run(tops: Floats, bottoms: Floats) -> Floats:
    """What each run says of a ratio of sums by itself, `[seeds]`; runs that count nothing are left out."""
    counted = bottoms > 0
    return np.asarray(tops[counted] / bottoms[counted])


def no_wider_than(one: Estimate, runs: Floats) -> Estimate:
    """The estimate, without its interval where that is wider than the range of the runs `[n]` and so says less."""
    reach = float(np.ptp(runs)) if len(runs) else 0.0
    if not one.high - one.low > reach * (1 + 1e-9) + rounding(one.value):
        return one
    return without_interval(one.value, TOO_FEW, one.standard_error)


def rounding(size: float) -> float:
    """Spread below which values of this size differ by rounding alone."""
    return 1e-12 * abs(size)
