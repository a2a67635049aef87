"""The distribution of what single runs come to, as a step curve with a band."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.binary import wilson


@dataclass(frozen=True, slots=True)
class Ecdf:
    """Distinct `values` `[k]`, ascending, and the `shares` `[k]` of runs that do not exceed them.

    `low` and `high` bound each share by itself with 95 % confidence (Wilson), not the whole curve at once.
    """

    values: Floats
    shares: Floats
    low: Floats
    high: Floats


def ecdf(values: Floats) -> Ecdf:
    """Empirical distribution function of values `[runs]`, one per run; NaN are left out."""
    defined = values[~np.isnan(values)]
    steps, counts = np.unique(defined, return_counts=True)
    ones = np.cumsum(counts)
    band = np.array([wilson(float(count), len(defined)) for count in ones]).reshape(-1, 2)
    return Ecdf(steps, ones / max(len(defined), 1), band[:, 0], band[:, 1])
