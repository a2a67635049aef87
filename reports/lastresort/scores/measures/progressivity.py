"""Whom a loss falls on by size: who bears more than in proportion, and who is overtaken by whom.

Unlike the relative measures these count owners, each once: they change when an owner is split.
"""

import math

from lastresort.experiments.inequality import concentration_coefficient, gini
from lastresort.mechanisms.contract import Floats


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
