"""Whom a loss falls on by size: the plain Gini, who bears more than in proportion, and who is overtaken by whom.

Unlike the relative measures these count owners, each once: they change when an owner is split.
"""

import math

import numpy as np
from scipy.stats import rankdata

from lastresort.mechanisms.contract import Floats


def gini(amount: Floats) -> float:
    """Plain Gini coefficient sum_ij |x_i - x_j| / (2 n^2 mean), in [0, 1 - 1 / n] where no amount is negative.

    NaN where the amounts `[n]` do not add up to more than 0. Source: Gini (1912).
    """
    return concentration_coefficient(amount, rankdata(amount))


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


def kakwani(loss: Floats, endowment: Floats, rank: Floats) -> float:
    """Kakwani index, concentration coefficient of the loss by endowment less the Gini of the endowment.

    Above 0, large owners bear more than in proportion, below 0 small ones; `rank` is that of the endowment. NaN without
    loss. Source: Kakwani (1977), for taxes.
    """
    return concentration_coefficient(loss, rank) - concentration_coefficient(endowment, rank)


def reranking(loss: Floats, endowment: Floats, rank: Floats) -> float:
    """Re-ranking G_post - C_post of what is left, at least 0: above 0 where owners overtake one another.

    G_post is the Gini of endowment less loss, C_post its concentration coefficient by endowment before the loss. NaN
    without loss, or where nothing is left. Source: Atkinson (1980), Plotnick (1981).
    """
    if not float(loss.sum()) > 0:
        return math.nan
    left = endowment - loss
    return gini(left) - concentration_coefficient(left, rank)
