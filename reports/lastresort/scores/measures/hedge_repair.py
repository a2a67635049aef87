"""What broken hedges take: time, money, and the liquidity of makers who stop quoting."""

import math

import numpy as np

from lastresort.scores.measures.beneficial_owners import numbers
from lastresort.scores.measures.look import Look, scored
from lastresort.scores.measures.survival import Spells, mean_within, spells

HOUR = 3600.0
BASIS_POINT = 1e-4


@scored(
    title="Time to re-hedge",
    meaning="Mean seconds until hedges broken by the rule were whole again, at most an hour each; Kaplan-Meier in each "
    "run.",
    formula="sum(n RMST) / sum(n)",
    unit="seconds",
    direction="lower is better",
    weight="naked_strategies",
    per="naked_strategies",
    source="Kaplan and Meier (1958)",
)
def rehedge_time(look: Look) -> float:
    """NaN where no hedge was broken."""
    naked = naked_spells(look)
    return mean_within(naked.seconds, naked.observed)


@scored(
    title="Cost of re-hedging",
    meaning="What repairing hedges after forced closes cost, over the notional traded to that end.",
    formula="sum(cost) / sum(repaired)",
    unit="basis points",
    direction="lower is better",
    weight="repaired",
    per="repaired",
)
def rehedge_cost(look: Look) -> float:
    """Negative where prices came back; NaN where nothing was repaired."""
    repaired = float(look.pair.ours["repaired"].sum())
    return float(look.pair.ours["repair_cost"].sum()) / repaired / BASIS_POINT if repaired > 0 else math.nan


@scored(
    title="Depth withdrawn by makers",
    meaning="Quoting of makers that is missing against the reference run, in hours of normal depth.",
    formula="mean(integral(quoting_ref - quoting))",
    unit="hours",
    direction="lower is better",
)
def depth_withdrawn(look: Look) -> float:
    """Negative where makers quoted more than in the reference run."""
    times = numbers(look.reference.series, "time")
    ours = np.interp(times, look.time, numbers(look.run.series, "quoting"))
    return float(np.trapezoid(numbers(look.reference.series, "quoting") - ours, times)) / HOUR


REPAIRS = (rehedge_time, rehedge_cost, depth_withdrawn)


def columns(look: Look) -> dict[str, float]:
    """What stands beside the scores of one run: books seen unhedged, and notional traded to repair hedges (USD)."""
    return {
        "naked_strategies": float(len(naked_spells(look).seconds)),
        "repaired": float(look.pair.ours["repaired"].sum()),
    }


def naked_spells(look: Look) -> Spells:
    """The first spell of each hedged book that the rule left unhedged."""
    return spells(look.pair.ours, float(look.time.max(initial=0.0)))
