"""How long hedges stay broken under a policy, over all seeds together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.measures.measurement import Profile
from lastresort.scores.measures.survival import HORIZON, RESAMPLES, counts_at, restricted_mean, survival
from lastresort.scores.statistics import CONFIDENCE
from lastresort.scores.statistics.resampling import resample_counts


@dataclass(frozen=True, slots=True)
class Rehedging:
    """Time to re-hedge, each strategy once: the pooled survival curve, and its mean within the first hour.

    `times` `[t]` in seconds and the share `naked` `[t]` after each, with the ends of a pointwise 95 % interval over
    seeds; `mean` in seconds with its interval; NaN where there is none. `censored` `[c]` are times at which strategies
    were still naked when their run ended; `count` strategies were naked at all.
    """

    times: Floats
    naked: Floats
    naked_low: Floats
    naked_high: Floats
    censored: Floats
    mean: float
    low: float
    high: float
    count: int


def rehedging(profiles: Sequence[Profile]) -> Rehedging:
    """Pool the naked spells of all seeds, given their profiles; seeds are resampled whole."""
    seconds = np.concatenate([np.asarray(one["rehedge_seconds"], np.float64) for one in profiles])
    observed = np.concatenate([np.asarray(one["rehedge_observed"], np.bool_) for one in profiles])
    seed = np.repeat(np.arange(len(profiles)), [len(one["rehedge_seconds"]) for one in profiles])
    times, naked = survival(seconds, observed)
    low, high = _band(seconds, observed, seed, times, len(profiles))
    mean = restricted_mean(seconds, observed, seed, HORIZON, len(profiles))
    return Rehedging(times, naked, low, high, np.sort(seconds[~observed]), *mean, len(seconds))


def _band(seconds: Floats, observed: Bools, seed: Ints, times: Floats, seeds: int) -> tuple[Floats, Floats]:
    if seeds < 2 or not len(times):
        return np.full(len(times), np.nan), np.full(len(times), np.nan)
    drawn = resample_counts(seeds)[:, :RESAMPLES].T
    counts = [counts_at(seconds[seed == place], observed[seed == place], times) for place in range(seeds)]
    at_risk, events = (drawn @ np.stack(columns) for columns in zip(*counts, strict=True))
    leaving = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    naked = np.cumprod(1.0 - leaving, axis=1)
    low, high = np.quantile(naked, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return np.asarray(low), np.asarray(high)
