"""Scores that measure runs themselves: what goes wrong in one of a plugin is told, and takes nothing else down."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments.folders.results import Results
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import one_line, one_of
from lastresort.plugins.replaced_scores import REPLACED
from lastresort.plugins.score import Measure, Score
from lastresort.scores.registry import SCORES
from lastresort.scores.table import paired_runs
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.waterfall import interrupts

if TYPE_CHECKING:
    import pandas as pd

Brought = tuple[str, Score]
"""A score with the plugin that brings it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The score table with a column for each measured score, the scores that fit it, and a sentence for each failure.

    A run that could not be measured holds NaN. A score that does not fit the table is in `problems` only.
    """

    table: "pd.DataFrame"
    scores: tuple[Brought, ...]
    problems: tuple[str, ...]


def measure_scores(results: Results, table: "pd.DataFrame", brought: Iterable[Brought]) -> Measured:
    """Measure every run of a finished comparison by the scores that ask for it; `table` has a row for each run.

    Without such scores no record is read.
    """
    told = [(origin, score, _misfit(score, table)) for origin, score in brought]
    scores = tuple((origin, score) for origin, score, misfit in told if not misfit)
    problems = [f"{_place(origin, score)}: {misfit}" for origin, score, misfit in told if misfit]
    columns, failures = _measure_runs(results, table, {one.name: one.measure for _, one in scores if one not in SCORES})
    for origin, score in scores:
        if said := failures.get(score.name):
            problems.append(f"{_place(origin, score)}: no value in {len(said)} of {len(table)} runs; {said[0]}")
    return Measured(table.assign(**columns), scores, tuple(problems))


def _measure_runs(
    results: Results, table: "pd.DataFrame", measures: Mapping[str, Measure]
) -> tuple[dict[str, Floats], dict[str, list[str]]]:
    """By score: its column of the table, and for each run without a value which it is and why."""
    columns = {name: np.full(len(table), math.nan) for name in measures}
    failures: dict[str, list[str]] = {name: [] for name in measures}
    rows = {key: row for row, key in enumerate(zip(table["policy"], table["seed"], strict=True))}
    for run, reference in paired_runs(results) if measures else ():
        for name, measure in measures.items():
            columns[name][rows[run.policy, run.seed]], said = measured(measure, run, reference)
            failures[name] += [f"policy '{run.policy}', seed {run.seed}: {said}"] if said else []
    return columns, failures


def _place(origin: str, score: Score) -> str:
    return f"plugin {origin}, score '{score.name}'"


def _misfit(score: Score, table: "pd.DataFrame") -> str:
    if score not in SCORES and score.name in table:
        return "the score table has a column of this name; allowed: a name of its own"
    missing = [name for name in (score.weight, score.per) if name and name not in table]
    gone = "; ".join(REPLACED[name] for name in missing if name in REPLACED)
    return f"the score table has no column {one_of(missing)}{gone and f': {gone}'}" if missing else ""


def measured(measure: Measure, run: RunRecord, reference: RunRecord) -> tuple[float, str]:
    """What a run scores, and why it is NaN."""
    with interrupts.noticed():
        try:
            value = float(measure(run, reference))
        except BaseException as error:  # a score may leave with what ends a program, too
            if interrupts.came():
                raise KeyboardInterrupt from None
            return math.nan, one_line(error)
    return (value, "") if math.isfinite(value) else (math.nan, f"found {value}; allowed: a finite number")
