"""Estimates over seeds, their intervals and tests, and what differences mean."""

from lastresort.scores.statistics.bootstrap import (
    estimate,
    estimate_ratio_differences,
    estimate_ratios,
    mean_differences,
)
from lastresort.scores.statistics.ecdf import Ecdf, ecdf
from lastresort.scores.statistics.estimates import CONFIDENCE, Estimate, rounding
from lastresort.scores.statistics.ratios import influences, ratio, ratio_difference
from lastresort.scores.statistics.resampling import RESAMPLES, resamples
from lastresort.scores.statistics.significance import benjamini_hochberg, equivalence_p_value, holm, p_value
from lastresort.scores.statistics.tails import Tail, expected_shortfall, tail_quantile

__all__ = [
    "CONFIDENCE",
    "RESAMPLES",
    "Ecdf",
    "Estimate",
    "Tail",
    "benjamini_hochberg",
    "ecdf",
    "equivalence_p_value",
    "estimate",
    "estimate_ratio_differences",
    "estimate_ratios",
    "expected_shortfall",
    "holm",
    "influences",
    "mean_differences",
    "p_value",
    "ratio",
    "ratio_difference",
    "resamples",
    "rounding",
    "tail_quantile",
]
