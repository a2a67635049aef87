"""What pairing by seed saves: the variance of a difference between policies against that over independent seeds."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.statistics.estimates import rounding
from lastresort.scores.statistics.ratios import influences, ratio
from lastresort.scores.statistics.terms import crossed_terms

if TYPE_CHECKING:
    import pandas as pd

DOUBT = 0.2
"""One-sided p value below which a negative correlation is taken for real."""

Terms = tuple[Floats, Floats]
"""Numerator and denominator of a score in each seed, `[seeds]`."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What pairing by seed does for a difference, and whether its interval makes use of it.

    `correlation` is that of both policies' seeds; `variance_reduction` is 1 - Var(a - b) / (Var a + Var b): 0.9 means
    that ten times as many unpaired seeds would be needed, a negative value that pairing costs. NaN where undefined.
    """

    correlation: float
    variance_reduction: float
    paired: bool


def measure_pairing(ours: Terms, theirs: Terms) -> Pairing:
    """Measure what pairing saves on a difference of two ratios of sums, from the influences of seeds.

    Unpaired only if pairing saves nothing and the correlation may as well be zero. A clearly negative correlation is
    kept: both policies did run on the same seeds, and an interval that ignores it would be too narrow.
    """
    seeds = len(ours[0])
    if seeds < 2:
        return Pairing(math.nan, math.nan, paired=True)
    (first, cross), (_, second) = np.cov(influences(*ours), influences(*theirs))
    apart = first + second
    if not math.sqrt(apart) > rounding(max(abs(float(ratio(*terms))) for terms in (ours, theirs))):
        return Pairing(math.nan, math.nan, paired=True)
    correlation = float(cross / math.sqrt(first * second)) if first * second > 0 else math.nan
    useless = cross <= 0 and _chance(correlation, seeds) > DOUBT
    return Pairing(correlation, float(2 * cross / apart), paired=not useless)


def pairing_of(table: "pd.DataFrame", score: Score, policies: tuple[str, str]) -> Pairing:
    """Measure what pairing saves on any score and any two policies of the score table.

    InputError if one of the policies lacks a seed of the other, or if the score is undefined in a run.
    """
    tops, bottoms = crossed_terms(table, score, policies)
    if np.isnan(tops).any():
        raise InputError(f"policies '{policies[0]}' and '{policies[1]}' were not run on the same seeds")
    return measure_pairing((tops[0], bottoms[0]), (tops[1], bottoms[1]))


def _chance(correlation: float, seeds: int) -> float:
    """Probability of a correlation so low between independent seeds, by Student's t; NaN below three seeds."""
    if seeds < 3 or not abs(correlation) < 1:
        return math.nan
    return float(scipy.stats.t.cdf(correlation * math.sqrt((seeds - 2) / (1 - correlation**2)), seeds - 2))
