"""The folder of a study: its declaration, one store for all runs, and a comparison per scenario.

`study.json` is the declaration, `store/` holds the runs, `scenarios/<name>/` is a comparison as `compare` makes it,
`scores.csv` and `scores.parquet` hold the scores of all scenarios, and `primary.json` answers the primary comparisons.
`selection.json` says which policy is best; its runs are in the same store.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lastresort.experiments.design import Design
from lastresort.experiments.executors import Executor
from lastresort.experiments.folders.comparison_folder import (
    BESIDE,
    REPORTS,
    STORE,
    clear,
    make_writable,
    refuse_strangers,
)
from lastresort.experiments.folders.damages import clear_damages
from lastresort.experiments.folders.declaration import DECLARATION, UNREADABLE, Declaration, designs_of
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.writing import writing_to
from lastresort.experiments.keys import engine_version
from lastresort.experiments.planning import Plan, PluginSource
from lastresort.experiments.runner import OnProgress, run_comparisons
from lastresort.experiments.store import RunStore, is_there, refuse_links, set_aside
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.plugin_content import content_digest
from lastresort.plugins.rehearsal import rehearse

SCENARIOS = "scenarios"
TABLES = ("scores.csv", "scores.parquet")
PRIMARY = "primary.json"
"""What came of the primary comparisons: written last, so that a study that has it is finished."""

SELECTION = "selection.json"
"""What came of the search for the best policy."""


@dataclass(frozen=True)
class StudyFolder:
    """The folder of one study, whether or not it is finished."""

    directory: Path

    @property
    def store(self) -> RunStore:
        """All runs of the study."""
        return RunStore(self.directory / STORE)

    @property
    def declaration(self) -> Declaration:
        """What was declared; InputError where nothing was, and where a link in the folder leads elsewhere."""
        self._refuse_links()
        return Declaration.read(self.directory)

    def scenario(self, name: str) -> Path:
        """Folder of the comparison on one scenario."""
        return self.directory / SCENARIOS / name

    def results(self) -> list[Results]:
        """The comparisons of a finished study, in the order of its scenarios; InputError where one is not finished."""
        return [Results.open(self.scenario(name)) for name in self.declaration.worlds]

    def run(
        self,
        plan: Plan,
        catalogue: Catalogue,
        executor: Executor,
        on_progress: OnProgress,
        seeds: tuple[int, ...] | None = None,
        until_precise: bool = False,
    ) -> list[Results]:
        """Do what is left to do of a plan, with its own seeds or with more, and return its comparisons.

        `until_precise` is written down and changes nothing here: whoever resumes is to add the same seeds. Raises
        InputError before anything runs or is written, and RunError as `run_comparisons`.
        """
        designs = designs_of(plan, catalogue, seeds)
        rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
        self._claim(plan)
        with writing_to(self.directory):
            Declaration.of(plan, designs, until_precise).write(self.directory)
        return run_comparisons(self._places(designs), self.store, executor, on_progress)

    def open_for(self, plan: Plan) -> None:
        """Make the folder ready for runs beside those of its study, of which nothing is touched.

        Raises InputError where the folder holds something else, or another study.
        """
        self._refuse_links()
        ours = {DECLARATION, STORE, SCENARIOS, PRIMARY, SELECTION, *TABLES, *REPORTS, *BESIDE}
        refuse_strangers(self.directory, ours)
        held = self._held()
        if held not in ("", plan.name):
            raise InputError(f"output folder '{self.directory}' holds the study '{held}': choose another --out")
        make_writable(self.directory)

    def resumable(self, plugin_files: tuple[Path, ...]) -> Plan:
        """Return the declared plan, with its plugin files where they are now.

        A folder may come from a stranger, so it runs nothing by itself: plugin files have to be given again. Raises
        InputError where they are missing or others, or where this version of lastresort would do other runs.
        """
        declared = self.declaration
        if declared.engine != engine_version():
            raise InputError(
                f"the study in '{self.directory}' was declared for lastresort {declared.engine}, this is "
                f"{engine_version()}, under which every run is another: run its study file again"
            )
        return replace(declared.plan, plugins=tuple(_given(one, plugin_files) for one in declared.plan.plugins))

    def _claim(self, plan: Plan) -> None:
        self.open_for(plan)
        clear_damages(self.directory, PRIMARY, TABLES, self.store.directory)
        for name in (PRIMARY, *TABLES):
            (self.directory / name).unlink(missing_ok=True)
        names = {scenario.name for scenario in plan.scenarios}
        for folder in (self.directory / SCENARIOS).glob("*"):
            if not folder.is_dir():
                set_aside(folder, self.store.directory, "is no folder")
            elif folder.name not in names:
                shutil.rmtree(folder)

    def _held(self) -> str:
        """Name of the study whose folder this is, empty where none is declared; a damaged declaration is set aside."""
        if not is_there(self.directory / DECLARATION):
            return ""
        try:
            return Declaration.read(self.directory).plan.name
        except InputError:
            set_aside(self.directory / DECLARATION, self.store.directory, UNREADABLE)
            return ""

    def _refuse_links(self) -> None:
        scenarios = self.directory / SCENARIOS
        refuse_links(self.directory, self.directory / STORE, scenarios, *scenarios.glob("*"))

    def _places(self, designs: Mapping[str, Design]) -> dict[Path, Design]:
        places = {self.scenario(name): design for name, design in designs.items()}
        for place in places:
            place.mkdir(parents=True, exist_ok=True)
            clear(place, self.store.directory)
        return places


def _given(declared: PluginSource, files: tuple[Path, ...]) -> PluginSource:
    for file in files:
        if file.name == declared.path.name and file.exists():
            if content_digest(file) != declared.sha256:
                raise InputError(f"'{file}' is not what it was when the study was declared: run its study file again")
            return PluginSource(file, declared.sha256)
    raise InputError(f"the study uses the plugin file '{declared.path.name}': give it with --plugin")
