"""Estimates of what is not a ratio of sums, from its values in the resamples alone."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.estimates import CONFIDENCE, Estimate, without_interval
from lastresort.scores.statistics.quantiles import quantile_errors, quantiles

NOTE = "percentiles and standard error of the resamples"


def percentile_estimates(values: Floats, resampled: Floats) -> list[Estimate]:
    """Estimate statistics `[k]` with 95 % percentile intervals over their resampled values `[k, resamples]`."""
    if not resampled.shape[-1]:
        return [without_interval(float(value), "not defined in any resample") for value in values]
    tail = (1 - CONFIDENCE) / 2
    ordered, levels = np.sort(resampled, axis=-1), np.broadcast_to([tail, 1 - tail], (len(values), 2))
    ends, errors = quantiles(ordered, levels), quantile_errors(ordered, levels).max(axis=-1)
    spreads = resampled.std(axis=-1)
    return [
        Estimate(float(value), float(low), float(high), "percentile", NOTE, float(spread), float(error))
        for value, (low, high), spread, error in zip(values, ends, spreads, errors, strict=True)
    ]
