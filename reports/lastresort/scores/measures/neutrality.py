"""Headline 2, market-neutral strategy failure: whose hedge breaks, that would not have broken in the reference run.

A strategy fails (F) where its hedge breaks (B), another of its legs is orphaned (O), it loses capital against the
reference run (P), or it is ruined (R). MNF = sum(omega 1{F and not F_ref}), omega in proportion to starting gross
notional. Own definition.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord

COHORTS = ("basis", "pairs", "arbitrage", "makers")
"""Cohorts of market-neutral strategies, over which the forced share is averaged."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a strategy counts as hedged, and where it counts as failed.

    `neutrality` (net delta over gross at the start, at most), `naked_seconds` (longest spell with net delta above 20 %
    of gross, at least; the 20 % are part of the record), `shortfall` (share of capital lost against the reference).
    """

    neutrality: float = 0.02
    naked_seconds: float = 60.0
    shortfall: float = 0.02


DEFAULT = Thresholds()
"""Thresholds of the published scores; delta comes from the 80-125 % corridor of hedge effectiveness (IAS 39)."""


def neutrality(run: RunRecord, reference: RunRecord, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    """Market-neutral failure of one run: shares of eligible gross notional (fractions), and naked time in seconds.

    `mnf` weighs strategies that fail here and not in the reference, `rescue` those that fail only there. The parts
    `mnf_break`, `mnf_orphan`, `mnf_shortfall` and `mnf_ruin` may overlap, so they add up to `mnf` or more. NaN without
    eligible strategies.
    """
    ours, theirs = _paired(run, reference)
    hedged = _eligible(theirs, thresholds)
    ours, theirs = ours[hedged], theirs[hedged]
    weight = _weights(theirs)
    here = failures(ours, theirs, thresholds)
    failed = np.logical_or.reduce(list(here.values()))
    doomed = np.logical_or.reduce(list(failures(theirs, theirs, thresholds).values()))
    mnf, rescue = _weigh(weight, failed & ~doomed), _weigh(weight, ~failed & doomed)
    return {
        "strategies": float(len(ours)),
        "mnf": mnf,
        "rescue": rescue,
        "net_mnf": mnf - rescue,
        **{f"mnf_{name}": _weigh(weight, flag & ~doomed) for name, flag in here.items()},
        "naked_time": _weigh(weight, _column(ours, "naked_time")),
        **forced_shares(run),
    }


def failures(strategies: pd.DataFrame, reference: pd.DataFrame, thresholds: Thresholds = DEFAULT) -> dict[str, Bools]:
    """Flags `[n]` of the four ways to fail; both frames hold the same strategies in the same order."""
    shortfall = _column(reference, "pnl") - _column(strategies, "pnl")
    return {
        "break": _column(strategies, "naked_longest") >= thresholds.naked_seconds,
        "orphan": strategies["orphaned"].to_numpy(bool),
        "shortfall": shortfall > thresholds.shortfall * _column(strategies, "capital"),
        "ruin": strategies["ruined"].to_numpy(bool),
    }


def forced_shares(run: RunRecord) -> dict[str, float]:
    """Share of hedge legs force-closed for others' losses: by cohort, weighted by gross, and their mean.

    Counts every strategy with an open position at the start, hedged within 2 % or not; a cohort without any is NaN and
    stays out of the mean.
    """
    open_at_start = run.strategies[run.strategies["gross_start"] > 0]
    shares = {cohort: _forced_share(open_at_start[open_at_start["cohort"] == cohort]) for cohort in COHORTS}
    present = [share for share in shares.values() if not math.isnan(share)]
    mean = sum(present) / len(present) if present else math.nan
    return {"forced_share": mean, **{f"forced_share_{cohort}": share for cohort, share in shares.items()}}


def _paired(run: RunRecord, reference: RunRecord) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both runs' strategies, one row per owner, in the reference run's order."""
    ours, theirs = run.strategies.set_index("owner"), reference.strategies.set_index("owner")
    if not (theirs.index.is_unique and ours.index.is_unique and set(ours.index) == set(theirs.index)):
        raise InputError(
            f"the runs of '{run.policy}' and '{reference.policy}' with seed {run.seed} hold different market-neutral "
            "strategies: paired scores need the same scenario and the same version in both"
        )
    return ours.loc[theirs.index], theirs


def _eligible(reference: pd.DataFrame, thresholds: Thresholds) -> Bools:
    hedged = np.abs(_column(reference, "neutrality_start")) <= thresholds.neutrality
    return np.asarray(hedged & (_column(reference, "gross_start") > 0), dtype=np.bool_)


def _weights(reference: pd.DataFrame) -> Floats:
    gross = _column(reference, "gross_start")
    return gross / gross.sum() if len(gross) else gross


def _weigh(weight: Floats, value: Floats | Bools) -> float:
    return float(np.sum(weight * value)) if len(weight) else math.nan


def _forced_share(strategies: pd.DataFrame) -> float:
    return _weigh(_weights(strategies), _column(strategies, "forced_share"))


def _column(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].to_numpy(np.float64)
