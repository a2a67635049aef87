"""Scores of papers on deleveraging, as far as records allow: arXiv 2512.01112 and its public code.

D is the sum and Delta the largest of the holes that accounts left; upsilon is the largest profit that an owner of the
population still had at the end. The paper divides by the part of D (or Delta) that is put on winners, its code by what
is left of it when they have paid; both are here. Three differences remain: records hold the end of the run instead of
the moment of deleveraging, owners instead of accounts, and funds that pay before winners do.
"""

import math

import numpy as np

from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.centralization import collected
from lastresort.scores.measures.owners import equity_kept, numbers
from lastresort.scores.measures.solvency import material


def papers(burdens: Burdens) -> dict[str, float]:
    """Ratios of one run without unit, regrets in USD; NaN where a denominator is no more than a dollar.

    `ptsr` and `pmr` are upsilon over the dollars put on users, and over their share of the largest hole;
    `ptsr_residual` and `pmr_residual` over what stayed unpaid, and its share of the largest hole, so NaN where the
    deficit is covered. `rd_nse` is upsilon / (upsilon + unpaid). `socialized_hole`, `residual` and `residual_hole` are
    the denominators (USD, 0 where undefined). `fairness_regret` is how far the largest burden is from the lowest
    possible one, times the dollars put on users; the paper's benchmark can be beaten, which it counts as regret too.
    """
    run = burdens.run
    holes = numbers(run.accounts, "hole")
    deficit, largest = float(holes.sum()), float(holes.max(initial=0.0))
    profit = burdens.population.total(equity_kept(run) - numbers(run.accounts, "equity_start"))
    winner = float(np.max(profit, initial=0.0))
    users, residual = material(collected(run)), material(float(run.books["unpaid"].sum()))
    socialized_hole, residual_hole = (_share(part, deficit) * largest for part in (users, residual))
    spread = float(np.max(burdens.burden, initial=0.0) - np.max(burdens.floor / burdens.endowment, initial=0.0))
    return {
        "largest_profit": winner,
        "socialized_hole": socialized_hole,
        "residual": residual,
        "residual_hole": residual_hole,
        "ptsr": _ratio(winner, users),
        "pmr": _ratio(winner, socialized_hole),
        "ptsr_residual": _ratio(winner, residual),
        "pmr_residual": _ratio(winner, residual_hole),
        "rd_nse": _ratio(winner, winner + residual),
        "fairness_regret": spread * users,
    }


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else math.nan
