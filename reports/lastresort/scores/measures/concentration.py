"""How unevenly a loss falls on accounts of different size.

Account i bears the loss l_i >= 0 and has the endowment w_i > 0: its loss share is s_i = l_i / sum(l), its endowment
share p_i = w_i / sum(w), its burden b_i = l_i / w_i. The relative measures are 0 where the loss is in proportion to the
endowment, and do not change when an account is split into parts of equal burden. Without any loss the shape is
undefined, and every measure is NaN.
"""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats


def relative_gini(loss: Floats, endowment: Floats) -> float:
    """Relative Gini coefficient G_w, in [0, 1 - min p]: twice the area from the relative Lorenz curve to the diagonal.

    Both columns `[n]` in USD, in any order; O(n log n). Equals sum_ij p_i p_j |b_i - b_j| / (2 mean burden).
    Source: Gini mean difference of burdens under endowment weights (Lerman and Yitzhaki 1989).
    """
    return gini_of_curve(*relative_lorenz(loss, endowment))


def relative_lorenz(loss: Floats, endowment: Floats) -> tuple[Floats, Floats]:
    """Cumulative shares of endowment and of loss, `[n + 1]` each, from 0 to 1, by rising burden; NaN without loss."""
    _has_loss(loss, endowment)
    order = np.argsort(loss / endowment, kind="stable")
    return _cumulative_share(endowment[order]), _cumulative_share(loss[order])


def gini_of_curve(population: Floats, share: Floats) -> float:
    """Relative Gini coefficient of a Lorenz curve, as `relative_lorenz` returns it; NaN without loss.

    Over several runs, the coefficient of the mean curve is the mean of the coefficients under the same weights.
    """
    if not share[-1] > 0:
        return math.nan
    return max(0.0, float(np.sum(np.diff(share) * (population[1:] + population[:-1]))) - 1.0)


def herfindahl(loss: Floats) -> float:
    """Herfindahl-Hirschman index sum(s^2) of loss shares `[n]`, in [1 / n, 1]; splitting an account lowers it."""
    return float(np.square(_share(loss)).sum())


def effective_payers(loss: Floats) -> float:
    """Number of equal payers with the same Herfindahl index, N_eff = 1 / HHI, in [1, n]."""
    index = herfindahl(loss)
    return 1 / index if index > 0 else math.nan


def _share(amount: Floats) -> Floats:
    total = amount.sum()
    return amount / total if total > 0 else np.full(len(amount), np.nan)


def _cumulative_share(amount: Floats) -> Floats:
    running = np.concatenate(([0.0], np.cumsum(amount)))
    return running / running[-1] if running[-1] > 0 else np.full(len(running), np.nan)


def _has_loss(loss: Floats, endowment: Floats) -> bool:
    """Refuse what no formula here is defined for; say whether there is a loss at all."""
    if not (np.all(loss >= 0) and np.all(np.isfinite(loss))):
        raise ValueError("losses must be finite and at least 0")
    if not (np.all(endowment > 0) and np.all(np.isfinite(endowment))):
        raise ValueError("endowments must be finite and above 0")
    return bool(loss.sum() > 0)
