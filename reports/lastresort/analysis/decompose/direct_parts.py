"""The direct parts of a comparison, in its folder: what its policies score on the price path of the reference run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments import Results
from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.executors import Executor
from lastresort.experiments.folders.damages import FILES, clear_damages
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.writing import write_json, write_whole, writing_to
from lastresort.experiments.runner import OnProgress, run_whole
from lastresort.experiments.store import RunStore, is_there, named, read_plain, set_aside, to_parquet
from lastresort.experiments.store.parquet import from_parquet
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate, estimate_ratio_differences, estimate_ratios
from lastresort.scores.statistics.terms import terms
from lastresort.scores.table import score_run

if TYPE_CHECKING:
    import pandas as pd

DIRECT = "direct.parquet"
"""File in the folder of a comparison: scores on frozen paths, with the key of the run that each row belongs to."""

SEAL = "direct.json"
"""The document beside it that seals it."""

NEEDED = tuple(dict.fromkeys(name for score in PRIMARY for name in (score.name, score.weight, score.per) if name))


@dataclass(frozen=True, slots=True)
class Parts:
    """A score of a policy, its direct part, and the rest, which is feedback through prices."""

    policy: str
    score: str
    whole: Estimate
    direct: Estimate
    feedback: Estimate

    @property
    def estimates(self) -> dict[str, Estimate]:
        """The score and its parts, by name."""
        return {"whole": self.whole, "direct": self.direct, "feedback": self.feedback}


def measure_direct(
    results: Results,
    catalogue: Catalogue,
    plugin_files: tuple[Path, ...],
    doer: Executor,
    on_progress: OnProgress,
    fresh: bool = False,
) -> "pd.DataFrame":
    """Measure what is not measured yet, or all of it if it is to be `fresh`, and return all of it.

    Every policy runs on the price path of the reference run of its seed: what it scores there is what it does where its
    trades move no price. The runs are stored beside those of the comparison until all are measured. Own definition.
    Raises RunError where a run fails or the disk is full.
    """
    import pandas as pd

    known = None if fresh else read_direct(results)
    seeds = tuple(sorted(set(results.seeds) - (set() if known is None else set(known["seed"]))))
    tables = [] if known is None else [known]
    if seeds:
        policies = tuple(sorted(results.policies, key=lambda policy: policy.name != REFERENCE))
        patience = results.manifest["patience"]
        design = Design(results.scenario, policies, seeds, catalogue, plugin_files, patience, frozen=True)
        if fresh:
            remove(design, results.store)
        run_whole([design], results.store, doer, on_progress)
        tables.append(_measured(results, design))
    table = pd.concat(tables, ignore_index=True)
    if seeds:
        with writing_to(results.directory):
            content = to_parquet(table)
            write_whole(results.directory / DIRECT, content)
            write_json(results.directory / SEAL, {FILES: digests({DIRECT: content})})
        remove(design, results.store)
    return table.sort_values(["policy", "seed"], ignore_index=True)


def _measured(results: Results, design: Design) -> "pd.DataFrame":
    """Scores of frozen runs against that of the reference of their seed, with the keys of the free ones."""
    import pandas as pd

    keys, name = design.keys(), design.scenario.name
    rows = []
    for seed in design.seeds:
        reference = named(results.store.read(keys[REFERENCE, seed]), name, REFERENCE)
        for policy in design.policies[1:]:
            scored = score_run(named(results.store.read(keys[policy.name, seed]), name, policy.name), reference)
            needed = {column: scored[column] for column in NEEDED}
            rows.append({"policy": policy.name, "seed": seed, **needed, "key": results.keys[policy.name, seed]})
    return pd.DataFrame(rows)


def remove(design: Design, store: RunStore) -> None:
    """Remove the runs of a design."""
    for key in design.keys().values():
        store.remove(key)


def read_direct(results: Results) -> "pd.DataFrame | None":
    """Return what lies in the folder of a comparison as far as it belongs to its runs; None where there is nothing.

    What is damaged is set aside, with a warning.
    """
    file, store = results.directory / DIRECT, results.store.directory
    clear_damages(results.directory, SEAL, (DIRECT,), store)
    if is_there(file) and not is_there(results.directory / SEAL):
        set_aside(file, store, "has no seal")
    if not is_there(file):
        return None
    try:
        table = from_parquet(read_plain(file))
        if not {"policy", "seed", "key", *NEEDED} <= set(table.columns):
            raise ValueError("it lacks a column")
        numbers = table.astype({"seed": np.int64, **dict.fromkeys(NEEDED, np.float64)})
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"'{file}' is damaged: {error}; remove it, and it is measured again") from error
    ours = [results.keys.get((policy, seed)) == key for policy, seed, key in _places(numbers)]
    return numbers[ours].reset_index(drop=True) if any(ours) else None


def parts(table: "pd.DataFrame", direct: "pd.DataFrame", policies: Sequence[Policy]) -> list[Parts]:
    """Split both headline scores of every policy with a direct part on all seeds, in the order of the policies."""
    return [found for score in PRIMARY for policy in policies for found in _parts(table, direct, policy.name, score)]


def _parts(table: "pd.DataFrame", direct: "pd.DataFrame", policy: str, score: Score) -> Iterator[Parts]:
    whole, alone = (frame[frame["policy"] == policy].sort_values("seed") for frame in (table, direct))
    if policy == REFERENCE or list(whole["seed"]) != list(alone["seed"]):
        return
    ours, theirs = (_as_rows(terms(rows, score)) for rows in (whole, alone))
    (of_whole,), (of_direct,) = estimate_ratios(*ours), estimate_ratios(*theirs)
    (of_feedback,) = estimate_ratio_differences(ours, theirs)
    yield Parts(policy, score.name, of_whole, of_direct, of_feedback)


def _as_rows(columns: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return columns[0][None], columns[1][None]


def _places(table: "pd.DataFrame") -> Iterator[tuple[str, int, str]]:
    return zip(table["policy"], table["seed"], table["key"], strict=True)
