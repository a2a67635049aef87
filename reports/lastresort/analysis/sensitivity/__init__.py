"""Sensitivity of scores and of differences between policies to assumptions, thresholds and chance.

Morris screening first, Sobol indices for what matters, and for each assumption whether it would flip the ranking.
"""

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Confirmation, End, Flip, Level, MorrisIndex, SobolIndex
from lastresort.analysis.sensitivity.outputs import Output
from lastresort.analysis.sensitivity.result import Sensitivity

__all__ = ["Confirmation", "End", "Factor", "Flip", "Level", "MorrisIndex", "Output", "Sensitivity", "SobolIndex"]
