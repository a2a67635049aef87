"""Headline 2, market-neutral strategy failure: whose hedge breaks, that would not have broken in the reference run.

A strategy fails (F) where its hedge breaks (B), another of its legs is orphaned (O), it loses capital against the
reference run (P), or it is ruined (R). MNF = sum(omega 1{F and not F_ref}), omega in proportion to starting gross
notional. Own definition.
"""

import math
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.plugins.errors import one_of
from lastresort.scores.measures.hedges import Hedges, beside
from lastresort.scores.measures.tails import expected_shortfall
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.accounts.naked_clock import LEVELS
from lastresort.simulation.recording.record import RunRecord

COHORTS = ("basis", "pairs", "arbitrage", "makers")
"""Cohorts that have columns in every score table; further cohorts of a record get theirs too."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a strategy counts as hedged, and where it counts as failed.

    `neutrality` (net delta over gross at the start, at most), `naked_seconds` (longest spell with net delta above
    `delta` of gross, at least), `shortfall` (share of capital lost against the reference). `delta` is one of the levels
    whose spells are recorded: 0.05, 0.1, 0.2, 0.3 or 0.5; ValueError for another.
    """

    neutrality: float = 0.02
    naked_seconds: float = 60.0
    shortfall: float = 0.02
    delta: float = 0.20

    def __post_init__(self) -> None:
        if self.delta not in LEVELS.values():
            raise ValueError(f"found the net delta {self.delta}; allowed: {one_of(map(str, sorted(LEVELS.values())))}")


DEFAULT = Thresholds()
"""Thresholds of the published scores; delta comes from the 80-125 % corridor of hedge effectiveness (IAS 39)."""


@dataclass(frozen=True, slots=True)
class HedgedPair:
    """Strategies hedged at the start of the reference run: in a run, in the reference run, and their weights `[k]`.

    The weights are shares of their starting gross notional; `everybody` are the run's strategies, hedged or not.
    """

    ours: Hedges
    theirs: Hedges
    weight: Floats
    everybody: Hedges

    @classmethod
    def of(cls, run: RunRecord, yardstick: Yardstick, thresholds: Thresholds = DEFAULT) -> "HedgedPair":
        """Pair the strategies of a run with the reference's; InputError unless they are the same owners'."""
        theirs = yardstick.hedges
        ours = beside(run, yardstick.reference, theirs)
        hedged = (np.abs(theirs["neutrality_start"]) <= thresholds.neutrality) & (theirs["gross_start"] > 0)
        kept = theirs.take(hedged)
        return cls(ours.take(hedged), kept, _shares(kept["gross_start"]), ours)


def neutrality(pair: HedgedPair, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    """Market-neutral failure of one run: shares of eligible gross notional (fractions), and naked time in seconds.

    `mnf` weighs strategies that fail here and not in the reference, `rescue` those that fail only there; `mnf_equal`
    counts each strategy once. The parts `mnf_break`, `mnf_orphan`, `mnf_shortfall` and `mnf_ruin` may overlap, so they
    add up to `mnf` or more. `mnf_<cohort>` are the failures of a cohort over its own gross. NaN without eligible
    strategies. `shortfall_es95` is the mean shortfall against the reference, over capital, of the worst 5 % by gross.
    """
    ours, theirs, weight = pair.ours, pair.theirs, pair.weight
    here = failures(ours, theirs, thresholds)
    failed = np.logical_or.reduce(list(here.values()))
    doomed = np.logical_or.reduce(list(failures(theirs, theirs, thresholds).values()))
    mnf, rescue = weigh(weight, failed & ~doomed), weigh(weight, ~failed & doomed)
    return {
        "strategies": float(len(ours)),
        "mnf": mnf,
        "mnf_equal": float(np.mean(failed & ~doomed)) if len(ours) else math.nan,
        "rescue": rescue,
        "net_mnf": mnf - rescue,
        **{f"mnf_{name}": weigh(weight, flag & ~doomed) for name, flag in here.items()},
        **_by_cohort("mnf", theirs, failed & ~doomed),
        "naked_time": weigh(weight, ours["naked_time"]),
        "shortfall_es95": _worst(ours, theirs, weight),
        **forced_shares(pair.everybody),
    }


def failures(ours: Hedges, reference: Hedges, thresholds: Thresholds = DEFAULT) -> dict[str, Bools]:
    """Flags `[k]` of the four ways to fail; both hold the same strategies in the same order."""
    return {
        "break": broken(ours, thresholds.delta, thresholds.naked_seconds),
        "orphan": ours["orphaned"] > 0,
        "shortfall": reference["pnl"] - ours["pnl"] > thresholds.shortfall * ours["capital"],
        "ruin": ours["ruined"] > 0,
    }


def broken(hedges: Hedges, delta: float, seconds: float) -> Bools:
    """Flags `[k]` of strategies whose net delta was above `delta` of gross for so many seconds, and at all."""
    (column,) = (name for name, level in LEVELS.items() if level == delta)
    return (hedges[column] > 0) & (hedges[column] >= seconds)


def forced_shares(hedges: Hedges) -> dict[str, float]:
    """Share of hedge legs force-closed for others' losses: by cohort, weighted by gross, and their mean.

    Counts every strategy with an open position at the start, hedged within 2 % or not; a cohort without any is NaN and
    stays out of the mean.
    """
    shares = _by_cohort("forced_share", hedges, hedges["forced_share"])
    present = [share for share in shares.values() if not math.isnan(share)]
    return {"forced_share": sum(present) / len(present) if present else math.nan, **shares}


def weigh(weight: Floats, value: Floats | Bools) -> float:
    """Weighted sum of a column `[k]`; NaN where there is nothing to weigh."""
    return float(np.sum(weight * value)) if len(weight) else math.nan


def _by_cohort(name: str, hedges: Hedges, value: Floats | Bools) -> dict[str, float]:
    """Mean of a column in each cohort, weighted by gross; NaN in a cohort without any."""
    found = {}
    for cohort in dict.fromkeys((*COHORTS, *hedges.cohorts)):
        members = hedges.members(cohort) & (hedges["gross_start"] > 0)
        found[f"{name}_{cohort}"] = weigh(_shares(hedges["gross_start"][members]), value[members])
    return found


def _worst(ours: Hedges, theirs: Hedges, weight: Floats) -> float:
    funded = theirs["capital"] > 0
    short = (theirs["pnl"] - ours["pnl"])[funded] / theirs["capital"][funded]
    return expected_shortfall(short, weight[funded])


def _shares(gross: Floats) -> Floats:
    return gross / gross.sum() if len(gross) else gross
