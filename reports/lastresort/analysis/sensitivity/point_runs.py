"""Does the runs of points, each once, and scores them; thresholds alone need no new runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from lastresort.analysis.sensitivity.findings import FailedRun
from lastresort.analysis.sensitivity.outputs import Tables
from lastresort.analysis.sensitivity.points import Point
from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.executors import Executor, Task
from lastresort.experiments.folders.record_form import checked
from lastresort.experiments.folders.writing import writing_to
from lastresort.experiments.runner import OnProgress, run_tasks
from lastresort.experiments.store import RunStore, named
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.measures.thresholds import Thresholds
from lastresort.scores.measuring import measured_pair
from lastresort.scores.table import NEEDED, journal_of, measurement_keys, score_run
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.waterfall.time_limit import PATIENCE

Numbers = Mapping[str, float]
Keys = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class PlannedMeasurement:
    """A run to score against its reference: under which name it is written down, and the keys of both runs."""

    name: str
    scenario: str
    policy: str
    key: str
    reference: str
    thresholds: Thresholds


@dataclass(frozen=True)
class PointRuns:
    """Runs points and scores them, and reuses whatever the store holds.

    `failed` fills with runs that their policies ended, by key, and `seen` with the keys of all runs. `brought` are
    scores of plugins: no journal knows them, so that runs are read again for them.
    """

    catalogue: Catalogue
    store: RunStore
    executor: Executor
    on_progress: OnProgress
    failed: dict[str, FailedRun]
    seen: set[str]
    plugin_files: tuple[Path, ...] = ()
    patience: float = PATIENCE
    brought: tuple[Score, ...] = ()

    def measure(self, points: Sequence[Point]) -> list[Tables | None]:
        """Do what is left to do of some points, and return the scores of each; None where one of its runs failed.

        Raises RunError as `run_tasks`; finished runs stay.
        """
        designs = [self.design(point) for point in points]
        keys = [design.keys() for design in designs]
        self._run(list({task.key: task for design in designs for task in design.tasks()}.values()))
        there = [None if self.failed.keys() & set(one.values()) else one for one in keys]
        wanted = [self._wanted(point, one) if one else [] for point, one in zip(points, there, strict=True)]
        with writing_to(self.store.directory):
            scored = self._scored({each.name: each for several in wanted for each in several})
        return [_tables(several, scored) if several else None for several in wanted]

    def design(self, point: Point) -> Design:
        """Return what is crossed with what at a point."""
        return Design(point.scenario, point.policies, point.seeds, self.catalogue, self.plugin_files, self.patience)

    def _run(self, tasks: Sequence[Task]) -> None:
        reasons = run_tasks(tasks, self.store, self.executor, self.on_progress)
        self.seen.update(task.key for task in tasks)
        by_key = {task.key: task for task in tasks}
        for key, reason in reasons.items():
            self.failed[key] = FailedRun(by_key[key].policy, by_key[key].seed, reason)

    def _wanted(self, point: Point, keys: Keys) -> list[PlannedMeasurement]:
        names = measurement_keys(keys, keys, point.thresholds)
        return [
            PlannedMeasurement(name, point.scenario.name, policy, key, keys[REFERENCE, seed], point.thresholds)
            for name, ((policy, seed), key) in zip(names, keys.items(), strict=True)
        ]

    def _scored(self, wanted: Mapping[str, PlannedMeasurement]) -> dict[str, Numbers]:
        """The measurements, from the journal where they are in it, else from the records, each of which is read once
        for all thresholds."""
        import pandas as pd

        journal = journal_of(self.store)
        known = pd.DataFrame() if self.brought else journal.read()
        if len(known) and not set(known.columns) >= NEEDED:
            raise InputError(f"'{journal.folder}' holds other measures: remove it, and scores are measured again")
        scored: dict[str, Numbers] = {}
        kept = known.loc[known.index.intersection(list(wanted)), sorted(NEEDED)] if len(known) else known
        for name, row in zip(kept.index, kept.to_dict("records"), strict=True):
            scored[str(name)] = {str(column): float(value) for column, value in row.items()}
        for one, run, reference in self._read([one for name, one in wanted.items() if name not in scored]):
            found = score_run(run, reference, one.thresholds)
            journal.append(one.name, found)
            plugged = measured_pair(self.brought, self.store, (one.key, one.reference), run, reference)
            scored[one.name] = {name: found[name] for name in NEEDED} | plugged
        return scored

    def _read(self, wanted: Sequence[PlannedMeasurement]) -> Iterator[tuple[PlannedMeasurement, RunRecord, RunRecord]]:
        """Each measurement with its two records, in an order in which the last two records read are enough."""
        ordered = sorted(wanted, key=lambda one: (one.reference, one.key))
        for _, same_reference in groupby(ordered, key=lambda one: one.reference):
            first, *rest = same_reference
            reference = self._record(first.reference, first, REFERENCE)
            for key, same_run in groupby((first, *rest), key=lambda one: one.key):
                several = list(same_run)
                run = reference if key == first.reference else self._record(key, several[0], several[0].policy)
                yield from ((one, run, reference) for one in several)

    def _record(self, key: str, one: PlannedMeasurement, policy: str) -> RunRecord:
        return checked(named(self.store.read(key), one.scenario, policy))


def _tables(wanted: Sequence[PlannedMeasurement], scored: Mapping[str, Numbers]) -> Tables:
    """Scores of a point by policy, a row for each seed."""
    import pandas as pd

    rows: dict[str, list[Numbers]] = {}
    for one in wanted:
        rows.setdefault(one.policy, []).append(scored[one.name])
    return {
        policy: pd.DataFrame(several, columns=sorted(several[0])).astype(np.float64) for policy, several in rows.items()
    }
