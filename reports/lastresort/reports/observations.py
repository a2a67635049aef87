"""One pass over the run records: everything the figures need that is not in the score table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lastresort.reports.bands import Band, Floats, Spread, band, spread
from lastresort.reports.timelines import Timeline, prices_only, timeline
from lastresort.scores import losses_by_owner, paired_runs, population, relative_lorenz
from lastresort.simulation.recording.record import LAYERS, RunRecord
from lastresort.study import Results

LORENZ_GRID = np.linspace(0, 1, 101)
"""Shares of equity at which Lorenz curves of different seeds are compared."""


@dataclass(frozen=True, slots=True)
class Observations:
    """What was seen under each policy, by its name.

    `payments` in USD by column of the books, with their sum `deficit`; `lorenz` is None where no user lost anything;
    `courses` holds all series of the policy looked at, and only prices of the others.
    """

    payments: Mapping[str, Mapping[str, Spread]]
    lorenz: Mapping[str, Band | None]
    courses: Mapping[str, Timeline]


def observe(results: Results, looked_at: str) -> Observations:
    """Read every record once; the full course of events is kept for the policy `looked_at` only."""
    payments: dict[str, list[dict[str, float]]] = defaultdict(list)
    curves: dict[str, list[Floats]] = defaultdict(list)
    series: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for run, reference in paired_runs(results):
        payments[run.policy].append(_payments(run))
        curves[run.policy].extend(_lorenz(run, reference))
        series[run.policy].append(run.series if run.policy == looked_at else prices_only(run.series))
    names = [policy.name for policy in results.policies]
    return Observations(
        payments={name: _spreads(payments[name]) for name in names},
        lorenz={name: band(LORENZ_GRID, np.stack(curves[name])) if curves[name] else None for name in names},
        courses={name: timeline(series[name]) for name in names},
    )


def _payments(run: RunRecord) -> dict[str, float]:
    paid = {name: float(run.books[name].sum()) for name in LAYERS}
    return {**paid, "deficit": sum(paid.values())}


def _spreads(runs: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    return {name: spread([run[name] for run in runs]) for name in runs[0]}


def _lorenz(run: RunRecord, reference: RunRecord) -> list[Floats]:
    owners = population(reference)
    loss = np.asarray(losses_by_owner(run, reference).reindex(owners.index), dtype=np.float64)
    if not loss.sum() > 0:
        return []
    return [np.interp(LORENZ_GRID, *relative_lorenz(loss, owners["endowment"].to_numpy(np.float64)))]
