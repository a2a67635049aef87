"""Scores that measure runs themselves: what goes wrong in one of a plugin is told, and takes nothing else down."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lastresort.experiments.design import REFERENCE
from lastresort.experiments.folders.results import Results
from lastresort.experiments.store import RunStore, named
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError, one_of
from lastresort.plugins.isolation.elsewhere import Elsewhere
from lastresort.plugins.isolation.plugin_process import Service, believed
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.replaced_scores import REPLACED
from lastresort.plugins.score import Measure, Score
from lastresort.scores.registry import SCORES
from lastresort.scores.table import paired_runs
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.waterfall import interrupts, own_frames, time_limit
from lastresort.simulation.waterfall.time_limit import interruptible

if TYPE_CHECKING:
    import pandas as pd

Brought = tuple[str, Score]
"""A score with the plugin that brings it."""

PATIENCE = 60.0
"""Seconds that a score of a plugin may take for one run."""


class Value(NamedTuple):
    """What a run scores; NaN where nothing came of it, with the reason."""

    score: str
    policy: str
    seed: int
    value: float
    said: str


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
    columns, failures = _measured(results, table, [one for _, one in scores if one not in SCORES])
    for origin, score in scores:
        if said := failures.get(score.name):
            problems.append(f"{_place(origin, score)}: no value in {len(said)} of {len(table)} runs; {said[0]}")
    return Measured(table.assign(**columns), scores, tuple(problems))


def _measured(
    results: Results, table: "pd.DataFrame", scores: Sequence[Score]
) -> tuple[dict[str, Floats], dict[str, list[str]]]:
    """By score: its column of the table, and for each run without a value which it is and why."""
    columns = {one.name: np.full(len(table), math.nan) for one in scores}
    failures: dict[str, list[str]] = {one.name: [] for one in scores}
    rows = {key: row for row, key in enumerate(zip(table["policy"], table["seed"], strict=True))}
    for name, policy, seed, value, said in _values(results, scores):
        if name in columns and (policy, seed) in rows:
            columns[name][rows[policy, seed]] = value
            failures[name] += [f"policy '{policy}', seed {seed}: {said}"] if said else []
    return columns, failures


def _values(results: Results, scores: Sequence[Score]) -> Iterator[Value]:
    """What each run scores, from where the code of each score is."""
    here = {one.name: one.measure for one in scores if not isinstance(one.measure, Elsewhere)}
    yield from _measure_runs(results, here)
    for plugins, names in _elsewhere(scores).items():
        try:
            yield from _told(plugins, names, measured_there, directory=str(results.directory))
        except (PluginEndedError, InputError) as error:
            runs = [(cell.policy, cell.seed) for cell in results.cells()]
            yield from (Value(name, policy, seed, math.nan, str(error)) for name in names for policy, seed in runs)


def _elsewhere(scores: Iterable[Score]) -> dict[PluginSet, list[str]]:
    """Names of the scores whose code is elsewhere, by the plugins whose process has it."""
    names: dict[PluginSet, list[str]] = {}
    for one in scores:
        if isinstance(one.measure, Elsewhere):
            names.setdefault(one.measure.plugins, []).append(one.name)
    return names


def _told(plugins: PluginSet, names: Sequence[str], service: Service, **wanted: Any) -> list[Value]:
    """What the process of some plugins says of their scores, and nothing that it says of others."""
    with ROOMS.borrowed(plugins, PATIENCE) as process:
        said = process.ask(service, wanted | {"names": names}, PATIENCE)
    return [value for value in believed(_read, said.document) if value.score in names]


def _read(said: Any) -> list[Value]:
    return [
        Value(str(name), str(policy), int(seed), _finite(float(value)), escaped(why))
        for name, policy, seed, value, why in said
    ]


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def measured_there(catalogue: Catalogue, directory: str, names: Sequence[str]) -> list[Value]:
    """Measure the runs of a folder by scores whose code this process has."""
    measures = {name: catalogue.scores[name][1].measure for name in names}
    with interruptible(PATIENCE):
        return list(_measure_runs(Results.open(Path(directory)), measures))


def measured_pair(
    scores: Sequence[Score], store: RunStore, keys: tuple[str, str], run: RunRecord, reference: RunRecord
) -> dict[str, float]:
    """Return what a stored run scores, given its key and that of its reference; NaN where a score says nothing."""
    found = {one.name: math.nan for one in scores}
    for one in scores:
        if not isinstance(one.measure, Elsewhere):
            found[one.name] = measured(one.measure, run, reference)[0]
    wanted = {"store": str(store.directory), "keys": list(keys), "scenario": run.scenario, "policy": run.policy}
    for plugins, names in _elsewhere(scores).items():
        with suppress(PluginEndedError, InputError):
            found |= {one.score: one.value for one in _told(plugins, names, pair_measured_there, **wanted)}
    return found


def pair_measured_there(
    catalogue: Catalogue, store: str, keys: Sequence[str], scenario: str, policy: str, names: Sequence[str]
) -> list[Value]:
    """Measure a stored run by scores whose code this process has."""
    runs = RunStore(Path(store))
    run, reference = (
        named(runs.read(key), scenario, name) for key, name in zip(keys, (policy, REFERENCE), strict=True)
    )
    with interruptible(PATIENCE):
        return [
            Value(name, policy, run.seed, *measured(catalogue.scores[name][1].measure, run, reference))
            for name in names
        ]


def _measure_runs(results: Results, measures: Mapping[str, Measure]) -> Iterator[Value]:
    for run, reference in paired_runs(results) if measures else ():
        for name, measure in measures.items():
            yield Value(name, run.policy, run.seed, *measured(measure, run, reference))


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
    home = str(getattr(measure, "__module__", "")).partition(".")[0]
    with interrupts.noticed():
        try:
            time_limit.start()
            value = float(measure(run, reference))
        except BaseException as error:  # a score may leave with what ends a program, too
            if interrupts.came():
                raise KeyboardInterrupt from None
            return math.nan, own_frames.blamed(error, (home,))
        finally:
            time_limit.stop()
    return (value, "") if math.isfinite(value) else (math.nan, f"found {value}; allowed: a finite number")
