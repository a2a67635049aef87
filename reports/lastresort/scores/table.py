"""The score table: one row per policy and seed, the same bytes whenever the same records are read."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from lastresort.plugins.errors import InputError, one_of
from lastresort.scores.centralization import centralization
from lastresort.scores.market import market
from lastresort.scores.neutrality import DEFAULT, Thresholds, neutrality
from lastresort.simulation.recording.record import RunRecord
from lastresort.study.design import REFERENCE
from lastresort.study.keys import digest, fingerprint
from lastresort.study.results import Results
from lastresort.study.store import Journal, RunStore


def score_results(results: Results, thresholds: Thresholds = DEFAULT, journal: Journal | None = None) -> pd.DataFrame:
    """Score every run of a finished comparison: rows by policy (in its order), then seed; each record is read once.

    Columns: `policy`, `seed` (int64), then one float64 column per measure of `centralization`, `neutrality` and
    `market`; dollars in USD, shares as fractions, NaN where undefined. What the journal knows is not measured again,
    and what is measured is written down there. InputError if the reference policy is missing.
    """
    require_reference(policy.name for policy in results.policies)
    cells = [(policy.name, seed) for policy in results.policies for seed in sorted(results.seeds)]
    names = (
        measurement_keys(results.keys, cells, thresholds) if journal else [str(place) for place in range(len(cells))]
    )
    measured = journal.read() if journal else pd.DataFrame()
    missing = {cell: name for cell, name in zip(cells, names, strict=True) if name not in measured.index}
    fresh: dict[str, dict[str, float]] = {}
    for run, reference in paired_runs(results, missing):
        name = missing[run.policy, run.seed]
        fresh[name] = score_run(run, reference, thresholds)
        if journal:
            journal.append(name, fresh[name])
    table = pd.concat([measured, pd.DataFrame.from_dict(fresh, orient="index")]).loc[names].reset_index(drop=True)
    table.insert(0, "policy", [policy for policy, _ in cells])
    table.insert(1, "seed", [seed for _, seed in cells])
    return _typed(table)


def journal_of(store: RunStore) -> Journal:
    """What has been measured of the runs of a store, as this version of the scores measures it."""
    return Journal(store.directory, fingerprint("lastresort.scores")[:12])


def measurement_keys(
    keys: Mapping[tuple[str, int], str], cells: Iterable[tuple[str, int]], thresholds: Thresholds = DEFAULT
) -> list[str]:
    """Identity of the measurement of each (policy, seed), given the keys of the runs: run, reference and thresholds."""
    shown = asdict(thresholds)
    return [digest([keys[cell], keys[REFERENCE, cell[1]], shown]) for cell in cells]


def require_reference(names: Iterable[str]) -> None:
    """Raise InputError unless the reference policy is among `names`."""
    found = list(names)
    if REFERENCE not in found:
        raise InputError(
            f"the scores compare every run with a run of '{REFERENCE}', and there is none among the policies "
            f"({one_of(found)}): add '{REFERENCE}' to the comparison"
        )


def paired_runs(
    results: Results, wanted: Container[tuple[str, int]] | None = None
) -> Iterator[tuple[RunRecord, RunRecord]]:
    """Yield runs with the reference run of their seed, seed by seed in ascending order; each record is read once.

    `wanted` are policies with seeds; all if None.
    """
    for seed in sorted(results.seeds):
        names = [policy.name for policy in results.policies if wanted is None or (policy.name, seed) in wanted]
        if names:
            reference = results.record(REFERENCE, seed)
            for name in names:
                yield (reference if name == REFERENCE else results.record(name, seed)), reference


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
