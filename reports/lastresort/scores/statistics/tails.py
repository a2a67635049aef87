"""The tail of what single runs come to: quantile and expected shortfall, refused where too few runs lie in it."""

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.bootstrap import Statistic, estimate
from lastresort.scores.statistics.estimates import CONFIDENCE, Estimate, without_interval

IN_TAIL = 10
"""Fewest runs in the tail about which anything is said."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A figure of the upper tail at a level; without one, `refusal` says how many runs it takes, and values are NaN."""

    level: float
    runs: int
    estimate: Estimate
    refusal: str


def expected_shortfall(values: Floats, level: float) -> Tail:
    """Mean of the highest share 1 - `level` of the values `[runs]`, in their unit, with a 95 % interval over runs.

    A run that lies partly in the tail counts in part (Acerbi and Tasche 2002).
    """

    def shortfall(columns: Floats) -> Floats:
        inside = columns.shape[-1] * (1 - level)
        weights = np.clip(inside - np.arange(columns.shape[-1]), 0.0, 1.0)
        return np.asarray((np.sort(columns, axis=-1)[..., ::-1] * weights).sum(axis=-1) / inside)

    return _tail(shortfall, values, level)


def tail_quantile(values: Floats, level: float) -> Tail:
    """Smallest value that at least a share `level` of the values `[runs]` do not exceed, with a 95 % interval.

    The jackknife does not work for quantiles, so the standard error is the interval's width over 2 z.
    """

    def quantile(columns: Floats) -> Floats:
        place = math.ceil(columns.shape[-1] * level - 1e-9) - 1
        return np.asarray(np.partition(columns, place, axis=-1)[..., place])

    found = _tail(quantile, values, level)
    width = found.estimate.high - found.estimate.low
    error = width / (2 * float(scipy.special.ndtri((1 + CONFIDENCE) / 2)))
    note = found.estimate.note or "standard error from the width of the interval"
    return replace(found, estimate=replace(found.estimate, standard_error=error, note=note))


def runs_needed(level: float) -> int:
    """Runs of which ten lie in the tail at a level: 200 at 95 %, 1,000 at 99 %."""
    return math.ceil(IN_TAIL / (1 - level) - 1e-6)


def _tail(statistic: Statistic, values: Floats, level: float) -> Tail:
    runs, needed = len(values), runs_needed(level)
    if runs < needed:
        refusal = f"needs about {needed:,} runs, of which {IN_TAIL} lie in the tail; there are {runs:,}"
        return Tail(level, runs, without_interval(math.nan, refusal), refusal)
    return Tail(level, runs, estimate(statistic, (values,)), "")
