"""From a plan to the answers of its study: runs, scores, and the primary comparisons."""

from dataclasses import dataclass

import pandas as pd

from lastresort.api.finished_study import identity
from lastresort.api.publication import score, table_files, write
from lastresort.api.study_document import document
from lastresort.api.watching import Watching
from lastresort.experiments import Results
from lastresort.experiments.executors import Executor
from lastresort.experiments.folders.damages import FILES
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.study_folder import PRIMARY, StudyFolder
from lastresort.experiments.folders.writing import write_json, writing_to
from lastresort.experiments.planning import Plan
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.declared import answer
from lastresort.scores.live import LiveScores
from lastresort.scores.scored import Scored, measure_results
from lastresort.scores.seeds.sequential import Precise, Tables, until_precise


@dataclass(frozen=True)
class StudyRun:
    """A study under way: what is to be done, where, and by whom.

    The catalogue holds the scores; `until_precise` adds seeds until the declared precision is reached.
    """

    folder: StudyFolder
    plan: Plan
    catalogue: Catalogue
    executor: Executor
    until_precise: bool
    watching: Watching

    def run(self) -> dict[str, object]:
        """Do what is left to do, score it, and return what came of it, as it is written to primary.json.

        Raises InputError before anything runs where no precision was declared, and otherwise as `StudyFolder.run`.
        """
        if self.until_precise and self.plan.precision is None:
            raise InputError(f"study '{self.plan.name}' declares no precision, and --until-precise is about that")
        precise, results = self._do_runs()
        scored = [score(one, self.catalogue) for one in results]
        told = self._answered(scored, precise)
        with writing_to(self.folder.directory):
            tables = write(table_files(joined(scored)), self.folder.directory)
            told |= {FILES: digests(tables)}
            write_json(self.folder.directory / PRIMARY, told)
        return told

    @property
    def _scores(self) -> dict[str, Score]:
        return {name: one for name, (_, one) in self.catalogue.scores.items()}

    def _do_runs(self) -> tuple[Precise | None, list[Results]]:
        results: list[Results] = []
        with self.watching(
            LiveScores(self.folder.store, self.plan.primary, self._scores), self.folder.directory
        ) as advance:

            def run(seeds: tuple[int, ...]) -> Tables:
                results[:] = self.folder.run(
                    self.plan, self.catalogue, self.executor, advance, seeds, self.until_precise
                )
                return {
                    one.scenario.name: measure_results(one, self.catalogue.scores.values()).table for one in results
                }

            if self.until_precise and self.plan.precision:
                first = self.plan.seeds[0]
                return until_precise(run, self.plan.primary, self._scores, self.plan.precision, first), results
            return None, self.folder.run(self.plan, self.catalogue, self.executor, advance)

    def _answered(self, scored: list[Scored], precise: Precise | None) -> dict[str, object]:
        tables = {one.results.scenario.name: one.measured.table for one in scored}
        answers = answer(self.plan.primary, tables, self._scores)
        declared = self.folder.declaration
        return {"identity": identity(declared, self.catalogue)} | document(declared, answers, precise, scored)


def joined(scored: list[Scored]) -> pd.DataFrame:
    """The score tables of all scenarios, one below the other."""
    tables = []
    for one in scored:
        table = one.measured.table.copy()
        table.insert(0, "scenario", one.results.scenario.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
