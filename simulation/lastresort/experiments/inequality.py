"""How unequally an amount is spread over those who hold it: Gini's formula, and the share of the largest."""

import math

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats


def gini(amount: Floats) -> float:
    """Plain Gini coefficient sum_ij |x_i - x_j| / (2 n^2 mean), in [0, 1 - 1 / n] where no amount is negative.

    NaN where the amounts `[n]` do not add up to more than 0. Source: Gini (1912).
    """
    return concentration_coefficient(amount, scipy.stats.rankdata(amount))


def concentration_coefficient(amount: Floats, rank: Floats) -> float:
    """Gini's formula with the owners in another order: 2 sum(x_i r_i) / (n sum(x)) - (n + 1) / n, in [-1, 1].

    `rank` `[n]` is 1 for the first, equal owners share the mean of their ranks. It is the Gini coefficient where the
    order is that of the amounts, and negative where the first hold most. NaN where the total is not above 0.
    Source: Kakwani (1977).
    """
    total, n = float(amount.sum()), len(amount)
    if not total > 0:
        return math.nan
    return 2.0 * float(np.sum(amount * rank)) / (n * total) - (n + 1.0) / n


def top_share(amount: Floats, count: int) -> float:
    """Share of the total of the amounts `[n]` that their `count` largest (one or more) make up; NaN without a total."""
    largest = amount if len(amount) <= count else np.partition(amount, len(amount) - count)[-count:]
    total = float(amount.sum())
    return float(largest.sum()) / total if total > 0 else math.nan
