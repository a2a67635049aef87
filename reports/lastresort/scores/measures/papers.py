"""Scores of papers on deleveraging, as far as records allow: arXiv 2512.01112.

D is the sum and Delta the largest of the holes that accounts left; v is the largest profit that an owner still had at
the end. The paper divides by the part of D (or Delta) that is put on winners. Three differences remain: records hold
the end of the run instead of the moment of deleveraging, owners instead of accounts, and funds that pay before winners
do.
"""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.beneficial_owners import equity_kept, numbers
from lastresort.scores.measures.floor import floor_of
from lastresort.scores.measures.look import Look, scored
from lastresort.scores.measures.solvency import users_paid

SOURCE = "arXiv 2512.01112"


@scored(
    title="Profit to socialized loss",
    meaning="Largest profit left to an owner over the dollars put on users (PTSR of the paper).",
    formula="sum(v) / sum(D^pi)",
    unit="ratio",
    direction="descriptive",
    weight="users_paid",
    per="users_paid",
    source=SOURCE,
)
def ptsr(look: Look) -> float:
    """NaN where users paid no more than a dollar."""
    return _ratio(_largest_profit(look), users_paid(look.run))


@scored(
    title="Profit to socialized hole",
    meaning="Largest profit left to an owner over the users' part of the largest hole (PMR of the paper).",
    formula="sum(v) / sum(theta Delta)",
    unit="ratio",
    direction="descriptive",
    weight="socialized_hole",
    per="socialized_hole",
    source=SOURCE,
)
def pmr(look: Look) -> float:
    """NaN where users paid nothing of the largest hole."""
    return _ratio(_largest_profit(look), _socialized_hole(look))


@scored(
    title="Fairness regret",
    meaning="Distance of the largest burden from the lowest possible one, times the dollars put on users.",
    formula="mean((max(b) - min max(b)) L)",
    unit="USD",
    direction="lower is better",
    source=SOURCE,
)
def fairness_regret(look: Look) -> float:
    """In USD; the paper's benchmark can be beaten, which it counts as regret too."""
    endowment, loss = look.population.endowment, look.loss
    held = endowment > 0
    most = np.maximum(_gain(look)[held], 0.0)
    lowest = floor_of(loss[held], endowment[held], most) / endowment[held]
    largest = np.max(loss[held] / endowment[held], initial=0.0)
    return float(largest - np.max(lowest, initial=0.0)) * float(loss.sum())


PAPERS = (ptsr, pmr, fairness_regret)


def columns(look: Look) -> dict[str, float]:
    """What stands beside the scores of one run: the users' part of the largest hole, USD."""
    return {"socialized_hole": _socialized_hole(look)}


def _gain(look: Look) -> Floats:
    """What each owner made over this run before the rule took anything, `[n]` USD."""
    change = equity_kept(look.run) - numbers(look.run.accounts, "equity_start")
    return look.owners.total(change)[look.population.who] + look.loss


def _largest_profit(look: Look) -> float:
    profit = look.owners.total(equity_kept(look.run) - numbers(look.run.accounts, "equity_start"))
    return float(np.max(profit, initial=0.0))


def _socialized_hole(look: Look) -> float:
    holes = numbers(look.run.accounts, "hole")
    total = float(holes.sum())
    return min(1.0, users_paid(look.run) / total) * float(holes.max()) if total > 0 else 0.0


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else math.nan
