"""The score table: one row per policy and seed, the same bytes whenever the same records are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lastresort.experiments.design import REFERENCE
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.results import Cell, Results
from lastresort.experiments.keys import digest, fingerprint
from lastresort.experiments.store import MeasurementLog, Profiles, RunStore
from lastresort.plugins.errors import InputError, one_of
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.registry import SCORES
from lastresort.simulation.recording.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

LABELS = {"scenario", "policy", "seed", "key"}
"""Columns of score tables that are no measures."""

NEEDED = {name for score in SCORES for name in (score.name, score.weight, score.per) if name}
"""Measures that the built-in scores are made of."""


Read = Callable[[Cell], RunRecord]
"""How the run of a cell is read."""


def score_results(
    results: Results, thresholds: Thresholds = DEFAULT, journal: MeasurementLog | None = None
) -> "pd.DataFrame":
    """Score every run of a finished comparison: rows by policy (in its order), then seed; each record is read once.

    Columns: `policy`, `seed` (int64), then those of `score_cells`. InputError if the reference policy is missing.
    """
    require_reference(policy.name for policy in results.policies)
    cells = results.cells()
    return labelled(score_cells(cells, lambda cell: results.record(cell.policy, cell.seed), thresholds, journal), cells)


def score_parts(parts: Sequence[Part]) -> "pd.DataFrame":
    """Score every stored run of some scenarios whose reference run is stored too, whether or not they are finished.

    Rows by scenario, policy and seed, in the order of the parts. Columns: `scenario`, `policy`, `seed` (int64), `key`
    of the run, then those of `score_cells`. All parts share a store, whose journal is used.
    """
    by_name = {part.scenario.name: part for part in parts}
    journal = journal_of(parts[0].store)
    stored = set(parts[0].store.keys())
    cells = [cell for part in parts for cell in _paired(part, stored)]
    table = score_cells(cells, lambda cell: by_name[cell.scenario].record(cell), journal=journal)
    return labelled(table, cells, ("scenario", "policy", "seed", "key"))


def labelled(
    table: "pd.DataFrame", cells: Sequence[Cell], labels: Sequence[str] = ("policy", "seed")
) -> "pd.DataFrame":
    """Return a table that has a row for each cell with some of what the cells are called in front."""
    import pandas as pd

    names = pd.DataFrame({label: [getattr(cell, label) for cell in cells] for label in labels})
    return pd.concat([names.astype({"seed": np.int64}), table], axis="columns")


def score_cells(
    cells: Sequence[Cell], read: Read, thresholds: Thresholds = DEFAULT, journal: MeasurementLog | None = None
) -> "pd.DataFrame":
    """Score cells, among which is the reference of each; each record is read once, rows are in the order of the cells.

    One float64 column per measure: dollars in USD, shares as fractions, NaN where undefined. What the journal knows is
    not measured again, and what is measured is written down there, with its profile.
    """
    import pandas as pd

    names = measurements(cells, thresholds)
    measured = _known(journal) if journal else pd.DataFrame()
    missing = {name: cell for name, cell in zip(names, cells, strict=True) if name not in measured.index}
    fresh: dict[str, dict[str, float]] = {}
    for name, run, yardstick in pairs(missing, cells, read):
        found = Measurement(run, yardstick, thresholds)
        fresh[name] = found.numbers
        if journal:
            write_down(journal, name, found)
    table = pd.concat([measured, pd.DataFrame.from_dict(fresh, orient="index")]).loc[names].reset_index(drop=True)
    return table.astype(np.float64)


def write_down(journal: MeasurementLog, name: str, found: Measurement) -> None:
    """Write a measurement down: its profile first, so that whoever finds the numbers finds it too."""
    Profiles(journal.folder).write(name, found.profile)
    journal.append(name, found.numbers)


def journal_of(store: RunStore) -> MeasurementLog:
    """What has been measured of the runs of a store, as this version of the scores measures it."""
    return MeasurementLog(store.directory, fingerprint("lastresort.scores")[:12])


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


def paired_runs(results: Results) -> Iterator[tuple[RunRecord, RunRecord]]:
    """Yield runs with the reference run of their seed, seed by seed in ascending order; each record is read once."""
    for seed in sorted(results.seeds):
        reference = results.record(REFERENCE, seed)
        for policy in results.policies:
            yield (reference if policy.name == REFERENCE else results.record(policy.name, seed)), reference


def score_run(run: RunRecord, reference: RunRecord, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    """Every measure of one run against the reference run of the same seed."""
    return Measurement(run, Yardstick(reference), thresholds).numbers


def profile_run(run: RunRecord, reference: RunRecord) -> dict[str, NDArray[Any]]:
    """Every column of one run against the reference run of the same seed, see `Measurement.profile`."""
    return Measurement(run, Yardstick(reference)).profile


def measurements(cells: Sequence[Cell], thresholds: Thresholds = DEFAULT) -> list[str]:
    """Identity of the measurement of each cell, among which are the references; see `measurement_keys`."""
    keys: dict[str, dict[tuple[str, int], str]] = {}
    for cell in cells:
        keys.setdefault(cell.scenario, {})[cell.policy, cell.seed] = cell.key
    names = {
        (scenario, *place): name
        for scenario, held in keys.items()
        for place, name in zip(held, measurement_keys(held, held, thresholds), strict=True)
    }
    return [names[cell.scenario, cell.policy, cell.seed] for cell in cells]


def pairs(missing: Mapping[str, Cell], cells: Iterable[Cell], read: Read) -> Iterator[tuple[str, RunRecord, Yardstick]]:
    """Yield runs to measure with what they are measured against, by the name of the measurement.

    `cells` hold the reference of each; a reference is read once for all runs of its scenario and seed.
    """
    references = {(cell.scenario, cell.seed): cell for cell in cells if cell.policy == REFERENCE}
    wanted: dict[Cell, list[tuple[str, Cell]]] = {}
    for name, cell in missing.items():
        wanted.setdefault(references[cell.scenario, cell.seed], []).append((name, cell))
    for reference, named in wanted.items():
        yardstick = Yardstick(read(reference))
        for name, cell in named:
            yield name, (yardstick.reference if cell == reference else read(cell)), yardstick


def _paired(part: Part, stored: set[str]) -> list[Cell]:
    """Cells whose runs are stored, and those of their references too."""
    there = [cell for cell in part.cells if cell.key in stored]
    seeds = {cell.seed for cell in there if cell.policy == REFERENCE}
    return sorted((cell for cell in there if cell.seed in seeds), key=_order(part))


def _order(part: Part) -> Callable[[Cell], tuple[int, int]]:
    places = {name: place for place, name in enumerate(part.policies)}
    return lambda cell: (places[cell.policy], cell.seed)


def _known(journal: MeasurementLog) -> "pd.DataFrame":
    """What a journal holds; InputError where it was not written by these scores."""
    measured = journal.read()
    if len(measured) and not (set(measured.columns) >= NEEDED and LABELS.isdisjoint(measured.columns)):
        raise InputError(f"'{journal.folder}' holds other measures: remove it, and scores are measured again")
    return measured
