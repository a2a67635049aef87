"""Measures that weigh the tail of a loss as one likes, and the one that splits exactly into groups.

Notation of `concentration`: s_i is an account's share of the loss, p_i > 0 its share of the endowment, and s_i / p_i
its burden over the mean burden. All are 0 where the loss is in proportion to the endowment, and do not change when an
account is split into parts of equal burden. The larger alpha, the more the heaviest burdens count.
"""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.scores.measures.concentration import theil


def generalized_entropy(loss: Floats, endowment: Floats, alpha: float) -> float:
    """Relative generalized entropy GE(alpha) = (sum(p (s / p)^alpha) - 1) / (alpha (alpha - 1)), at least 0.

    GE(1) is the Theil index, GE(2) half the squared coefficient of variation of burdens, GE(0) = sum(p ln(p / s)) the
    mean log deviation. Columns `[n]` in USD. NaN without loss; infinite where alpha <= 0 and an account lost nothing.
    Source: Shorrocks (1980), with endowment shares as population weights.
    """
    total = float(loss.sum())
    if not total > 0:
        return math.nan
    if alpha == 1:
        return theil(loss, endowment)
    weight = endowment / endowment.sum()
    relative = loss / total / weight
    if alpha <= 0 and not np.all(relative > 0):
        return math.inf
    if alpha == 0:
        return -float(np.sum(weight * np.log(relative)))
    return (float(np.sum(weight * relative**alpha)) - 1.0) / (alpha * (alpha - 1.0))


def atkinson(loss: Floats, endowment: Floats, epsilon: float) -> float:
    """Relative Atkinson index 1 - sum(p (s / p)^(1 - epsilon))^(1 / (1 - epsilon)), in [0, 1], for 0 < epsilon.

    The share of the loss that could be spared if equal burdens were worth as much as these. 1 where epsilon >= 1 and
    an account lost nothing; NaN without loss. Source: Atkinson (1970), with endowment shares as population weights.
    """
    if not float(loss.sum()) > 0:
        return math.nan
    entropy = generalized_entropy(loss, endowment, 1.0 - epsilon)
    if math.isinf(entropy):
        return 1.0
    if epsilon == 1:
        return 1.0 - math.exp(-entropy)
    mean = 1.0 + epsilon * (epsilon - 1.0) * entropy
    return 1.0 - math.pow(max(0.0, mean), 1.0 / (1.0 - epsilon))


def theil_between(loss: Floats, endowment: Floats, group: Ints) -> float:
    """Part of the Theil index that lies between groups; the rest lies within them, see `theil_within`.

    `group` `[n]` numbers the groups from 0. Source: Theil (1967), decomposition of the relative entropy.
    """
    losses, endowments = by_group(loss, group), by_group(endowment, group)
    held = endowments > 0
    return theil(losses[held], endowments[held])


def theil_within(loss: Floats, endowment: Floats, group: Ints) -> float:
    """Part of the Theil index within groups: sum(S_g T_g), S_g a group's share of the loss and T_g its own index.

    Together with `theil_between` it makes up the index exactly. NaN without loss.
    """
    total = float(loss.sum())
    if not total > 0:
        return math.nan
    lost = loss > 0
    losses, endowments = by_group(loss, group), by_group(endowment, group)
    mine, own = group[lost], loss[lost]
    inside = np.log((own / losses[mine]) / (endowment[lost] / endowments[mine]))
    return float(np.sum(own / total * inside))


def by_group(amount: Floats, group: Ints, groups: int = 0) -> Floats:
    """Sums of a column `[n]` over groups numbered from 0; at least `groups` of them."""
    return np.bincount(group, weights=amount, minlength=groups).astype(np.float64)
