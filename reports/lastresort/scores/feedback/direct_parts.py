"""The direct parts of a comparison, in its folder: measured seed by seed, so that an interruption loses little."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.feedback.frozen_runs import FrozenSeed, play
from lastresort.scores.plays import play_all
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate, estimate_ratio_differences, estimate_ratios
from lastresort.scores.statistics.terms import terms
from lastresort.study import Results
from lastresort.study.design import REFERENCE
from lastresort.study.folders.writing import write_whole, writing_to
from lastresort.study.store import read_plain, to_parquet
from lastresort.study.store.parquet import from_parquet

if TYPE_CHECKING:
    import pandas as pd

DIRECT = "direct.parquet"
"""File in the folder of a comparison: scores on frozen paths, with the key of the run that each row belongs to."""

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
    results: Results, plugin_files: tuple[Path, ...], jobs: int, on_seed: Callable[[int], None]
) -> "pd.DataFrame":
    """Measure what is not measured yet, and return all of it; `on_seed` is told each seed that is done.

    Raises RunError where a run fails or the disk is full.
    """
    import pandas as pd

    known = read_direct(results)
    done = set() if known is None else set(known["seed"])
    works = [_work(results, seed, plugin_files) for seed in sorted(results.seeds) if seed not in done]
    tables = [] if known is None else [known]
    for work, table in zip(works, play_all(play, works, jobs) if works else iter(()), strict=True):
        keys = [results.keys[policy, work.seed] for policy in table["policy"]]
        tables.append(table[["policy", "seed", *NEEDED]].assign(key=keys))
        with writing_to(results.directory):
            write_whole(results.directory / DIRECT, to_parquet(pd.concat(tables, ignore_index=True)))
        on_seed(work.seed)
    return pd.concat(tables, ignore_index=True).sort_values(["policy", "seed"], ignore_index=True)


def read_direct(results: Results) -> "pd.DataFrame | None":
    """Return what lies in the folder of a comparison as far as it belongs to its runs; None where there is nothing."""
    file = results.directory / DIRECT
    if not file.exists():
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


def _work(results: Results, seed: int, plugin_files: tuple[Path, ...]) -> FrozenSeed:
    policies = sorted(results.policies, key=lambda policy: policy.name != REFERENCE)
    return FrozenSeed(results.scenario, tuple(policies), seed, plugin_files, results.manifest["patience"])
