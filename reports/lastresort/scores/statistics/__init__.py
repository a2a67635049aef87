"""Estimates over seeds, their intervals and tests, and what differences mean."""

from lastresort.scores.statistics.estimates import (
    CONFIDENCE,
    RESAMPLES,
    Estimate,
    estimate,
    holm,
    influences,
    jackknife_error,
    p_value,
    ratio,
    ratio_difference,
    resamples,
    rounding,
    unpaired_estimate,
)

__all__ = [
    "CONFIDENCE",
    "RESAMPLES",
    "Estimate",
    "estimate",
    "holm",
    "influences",
    "jackknife_error",
    "p_value",
    "ratio",
    "ratio_difference",
    "resamples",
    "rounding",
    "unpaired_estimate",
]
