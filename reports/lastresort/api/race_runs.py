"""One scenario in the search for the best policy: runs where they are needed, and what they score."""

from dataclasses import replace

import pandas as pd

from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.executors import Executor
from lastresort.experiments.folders.record_form import checked
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.folders.writing import writing_to
from lastresort.experiments.runner import OnProgress, run_designs
from lastresort.experiments.store import RunStore, named
from lastresort.scores.table import journal_of, labelled, score_cells
from lastresort.simulation.recording.record import RunRecord


class RaceRuns:
    """Does runs of a scenario, each once, and scores what it has done; `failures` are (seed, reason) by policy."""

    def __init__(self, design: Design, store: RunStore, executor: Executor, on_progress: OnProgress) -> None:
        self.scenario = design.scenario.name
        self.failures: dict[str, tuple[int, str]] = {}
        self._design = design
        self._store = store
        self._executor = executor
        self._on_progress = on_progress
        self._cells: dict[tuple[str, int], Cell] = {}

    @property
    def runs(self) -> int:
        """Number of runs that were needed, those of the reference and of policies that failed among them."""
        return len({cell.key for cell in self._cells.values()})

    def run(self, policies: tuple[str, ...], seeds: tuple[int, ...]) -> pd.DataFrame:
        """Run some policies and the reference on some seeds; return the scores of all policies that never failed."""
        design = replace(
            self._design,
            policies=tuple(one for one in self._design.policies if one.name in (REFERENCE, *policies)),
            seeds=tuple(seed for seed in seeds if any((name, seed) not in self._cells for name in policies)),
        )
        reasons = run_designs([design], self._store, self._executor, self._on_progress)
        for (policy, seed), key in design.keys().items():
            self._cells[policy, seed] = Cell(self.scenario, policy, seed, key)
            if key in reasons:
                self.failures.setdefault(policy, (seed, reasons[key]))
        return self._scored()

    def _scored(self) -> pd.DataFrame:
        cells = [cell for cell in self._cells.values() if cell.policy not in self.failures]
        with writing_to(self._store.directory):
            return labelled(score_cells(cells, self._read, journal=journal_of(self._store)), cells)

    def _read(self, cell: Cell) -> RunRecord:
        return checked(named(self._store.read(cell.key), cell.scenario, cell.policy))
