"""How long hedges stay broken: time to re-hedge after a forced action, censored where one is naked to the end."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.measures.hedges import Hedges
from lastresort.scores.statistics import CONFIDENCE
from lastresort.scores.statistics.resampling import resample_counts

HORIZON = 3600.0
"""Seconds up to which mean times are restricted: nobody is counted as naked for more than an hour (an assumption)."""

RESAMPLES = 1000
"""Resamples of seeds behind an interval."""


@dataclass(frozen=True, slots=True)
class Spells:
    """Strategies that were naked `[n]`: for how many `seconds`, whether the end was `observed`, and their `cohort`.

    The first spell above 20 % of gross of each strategy counts; one that lasts to the end of the run is censored there.
    """

    seconds: Floats
    observed: Bools
    cohort: NDArray[Any]


def spells(hedges: Hedges, end: float) -> Spells:
    """Naked spells of the strategies of a run that ended at `end` seconds."""
    naked = np.flatnonzero(~np.isnan(hedges["naked_from"]))
    after = hedges["rehedged_after"][naked]
    observed = ~np.isnan(after)
    seconds = np.where(observed, after, np.maximum(end - hedges["naked_from"][naked], 0.0))
    return Spells(seconds, observed, np.array(hedges.cohorts or ("",))[hedges.cohort[naked]])


def survival(seconds: Floats, observed: Bools) -> tuple[Floats, Floats]:
    """Times `[t]` at which strategies re-hedged, and the share still naked after each: the Kaplan-Meier estimator.

    Columns `[n]` in seconds and flags; each strategy counts once, and one that leaves at the time of an event is still
    at risk there. Source: Kaplan and Meier (1958).
    """
    times = np.unique(seconds[observed])
    at_risk, events = counts_at(seconds, observed, times)
    return times, np.asarray(np.cumprod(1.0 - events / at_risk))


def mean_within(seconds: Floats, observed: Bools, horizon: float = HORIZON) -> float:
    """Mean of the smaller of time to re-hedge and `horizon`, seconds: the area under the survival curve up to there.

    Where nobody was watched for that long, the last share stays as it is. NaN where nobody was naked.
    """
    if not len(seconds):
        return math.nan
    times, share = survival(seconds, observed)
    inside = times < horizon
    edges = np.concatenate(([0.0], times[inside], [horizon]))
    return float(np.sum(np.diff(edges) * np.concatenate(([1.0], share[inside]))))


def restricted_mean(
    seconds: Floats, observed: Bools, seed: Ints, horizon: float, seeds: int
) -> tuple[float, float, float]:
    """`mean_within` over all seeds pooled, each strategy once, and the ends of its 95 % interval.

    `seed` `[n]` is the place of each strategy's seed among the `seeds`, some of which may have none. The interval
    resamples whole seeds; its ends are percentiles, and NaN with fewer than two seeds.
    """
    value = mean_within(seconds, observed, horizon)
    if seeds < 2 or math.isnan(value):
        return value, math.nan, math.nan
    means = _resampled(seconds, observed, seed, horizon, seeds)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return value, float(low), float(high)


def _resampled(seconds: Floats, observed: Bools, seed: Ints, horizon: float, seeds: int) -> Floats:
    """Restricted means of resamples in which anybody was naked."""
    times = np.unique(seconds[observed & (seconds < horizon)])
    drawn = resample_counts(seeds)[:, :RESAMPLES].T
    counts = [counts_at(seconds[seed == place], observed[seed == place], times) for place in range(seeds)]
    at_risk, events = (drawn @ np.stack(columns) for columns in zip(*counts, strict=True))
    leaving = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    widths = np.diff(np.concatenate(([0.0], times, [horizon])))
    means = widths[0] + (np.cumprod(1.0 - leaving, axis=1) * widths[1:]).sum(axis=1)
    somebody = drawn @ np.bincount(seed, minlength=seeds) > 0
    return np.asarray(means[somebody], np.float64)


def counts_at(seconds: Floats, observed: Bools, times: Floats) -> tuple[Ints, Ints]:
    """How many are at risk at each time, and how many re-hedge then."""
    ordered, events = np.sort(seconds), np.sort(seconds[observed])
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left")
    hedged = np.searchsorted(events, times, side="right") - np.searchsorted(events, times, side="left")
    return at_risk.astype(np.int64), hedged.astype(np.int64)
