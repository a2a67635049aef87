"""What broken hedges take: time, money, and the liquidity of makers who stop quoting."""

import math

import numpy as np

from lastresort.scores.measures.neutrality import HedgedPair
from lastresort.scores.measures.owners import numbers
from lastresort.scores.measures.rehedging import mean_within, spells
from lastresort.simulation.recording.record import RunRecord

HOUR = 3600.0
BASIS_POINT = 1e-4


def repairs(pair: HedgedPair, run: RunRecord, reference: RunRecord) -> dict[str, float]:
    """Re-hedging of the strategies of a pair of runs, and depth withdrawn.

    `naked_strategies` counts those whose net delta was seen above 20 % of gross, `rehedge_time` is the restricted mean
    of their time to re-hedge (seconds). `repaired` is the notional they traded to that end (USD), `rehedge_cost` its
    cost in basis points of it, negative where prices came back. Both are NaN where there is nothing to average.
    """
    naked = spells(pair.ours, float(numbers(run.series, "time").max(initial=0.0)))
    repaired = float(pair.ours["repaired"].sum())
    cost = float(pair.ours["repair_cost"].sum())
    return {
        "naked_strategies": float(len(naked.seconds)),
        "rehedge_time": mean_within(naked.seconds, naked.observed),
        "repaired": repaired,
        "rehedge_cost": cost / repaired / BASIS_POINT if repaired > 0 else math.nan,
        "depth_withdrawn": depth_withdrawn(run, reference),
    }


def depth_withdrawn(run: RunRecord, reference: RunRecord) -> float:
    """Quoting weight of makers that is missing against the reference run, in hours of their normal depth.

    The integral of the difference over the run, negative where makers quoted more than in the reference run.
    """
    times = numbers(reference.series, "time")
    ours = np.interp(times, numbers(run.series, "time"), numbers(run.series, "quoting"))
    return float(np.trapezoid(numbers(reference.series, "quoting") - ours, times)) / HOUR
