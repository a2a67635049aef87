"""The score table: one row per policy and seed, the same bytes whenever the same records are read."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from lastresort.plugins.errors import InputError, one_of
from lastresort.scores.centralization import centralization
from lastresort.scores.market import market
from lastresort.scores.neutrality import DEFAULT, Thresholds, neutrality
from lastresort.simulation.recording.record import RunRecord
from lastresort.study.results import Results

REFERENCE = "deep-pocket"
"""Name of the policy whose run with the same scenario and seed both headline scores compare with."""


def score_results(results: Results, thresholds: Thresholds = DEFAULT) -> pd.DataFrame:
    """Score every run of a finished comparison: rows by policy (in its order), then seed; each record is read once.

    Columns: `policy`, `seed` (int64), then one float64 column per measure of `centralization`, `neutrality` and
    `market`; dollars in USD, shares as fractions, NaN where undefined. InputError if the reference policy is missing.
    """
    require_reference(policy.name for policy in results.policies)
    rows: list[dict[str, Any]] = [
        {"policy": run.policy, "seed": run.seed, **score_run(run, reference, thresholds)}
        for run, reference in paired_runs(results)
    ]
    order = {policy.name: place for place, policy in enumerate(results.policies)}
    rows.sort(key=lambda row: order[row["policy"]])
    return _typed(pd.DataFrame(rows))


def require_reference(names: Iterable[str]) -> None:
    """Raise InputError unless the reference policy is among `names`."""
    found = list(names)
    if REFERENCE not in found:
        raise InputError(
            f"the scores compare every run with a run of '{REFERENCE}', and there is none among the policies "
            f"({one_of(found)}): add '{REFERENCE}' to the comparison"
        )


def paired_runs(results: Results) -> Iterator[tuple[RunRecord, RunRecord]]:
    """Yield every run with the reference run of its seed, seed by seed in ascending order; each record is read once."""
    for seed in sorted(results.seeds):
        reference = results.record(REFERENCE, seed)
        for policy in results.policies:
            yield (reference if policy.name == REFERENCE else results.record(policy.name, seed)), reference


def score_run(run: RunRecord, reference: RunRecord, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    """Every measure of one run against the reference run of the same seed."""
    return {
        **centralization(run, reference),
        **neutrality(run, reference, thresholds),
        **market(run),
    }


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    measures = [name for name in table.columns if name not in ("policy", "seed")]
    return table.astype({"seed": np.int64, **dict.fromkeys(measures, np.float64)})
