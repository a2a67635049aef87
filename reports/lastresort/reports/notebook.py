"""A finished comparison in the hand: its numbers as frames, its figures by one call each, its report as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.reports import plates
from lastresort.reports.assembly import dossier_of
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.document import Plate
from lastresort.reports.files import write_reports
from lastresort.scores import Comparison, registration
from lastresort.scores.scored import scored
from lastresort.study import Results
from lastresort.study.folders.declaration import DECLARATION
from lastresort.study.folders.study_folder import StudyFolder

FIGURES: dict[str, Callable[[Chapter], Plate]] = {
    "waterfall": plates.waterfall,
    "lorenz": plates.lorenz,
    "forest": plates.forest,
    "pareto": plates.pareto,
    "failure": plates.failure,
    "rehedging": plates.rehedging,
    "timeline": lambda chapter: plates.timeline(chapter)[0],
    "tail": plates.tail,
    "who-pays": plates.payers,
    "references": plates.references,
}
"""Figures of one scenario, by name."""

CHOICES: dict[str, Callable[[Any], Plate]] = {
    "ranks": lambda dossier: plates.ranks(dossier, dossier.decision),
    "regret": lambda dossier: plates.regret(dossier, dossier.decision, "lc_star"),
}
"""Figures of the choice between policies."""

ANALYSES: dict[str, Callable[[Any], Plate]] = {
    "morris": lambda dossier: plates.morris(dossier.sensitivity),
    "sobol": lambda dossier: plates.sobol(dossier.sensitivity),
}
"""Figures of a sensitivity analysis."""


@dataclass(frozen=True)
class Report:
    """A finished comparison, or the scenarios of a finished study, as their report has them.

    `Report.open("results/oct-2025").figure("forest")` shows itself in a notebook; so does the report.
    """

    dossier: Dossier
    catalogue: Catalogue

    @classmethod
    def open(cls, directory: Path | str, sensitivity: Path | str | None = None) -> Self:
        """Open a folder of `lastresort compare` or `lastresort study run`; nothing in it is changed or executed.

        `sensitivity` is the folder of an analysis. InputError where a folder is unfinished or damaged.
        """
        catalogue = Catalogue.load((), (registration,))
        directory = Path(directory)
        study = StudyFolder(directory) if (directory / DECLARATION).is_file() else None
        results = study.results() if study else [Results.open(directory)]
        found = [scored(one, catalogue.scores.values()) for one in results]
        plan = study.declaration.plan if study else None
        return cls(dossier_of(found, None, Path(sensitivity) if sensitivity else None, plan), catalogue)

    def chapter(self, scenario: str = "") -> Chapter:
        """The part on one scenario; the first one without a name. InputError for an unknown name."""
        by_name = {one.results.scenario.name: one for one in self.dossier.chapters}
        if scenario and scenario not in by_name:
            hint = did_you_mean(scenario, by_name)
            raise InputError(f"found the scenario '{scenario}'; allowed: {one_of(by_name)}{hint}")
        return by_name[scenario] if scenario else self.dossier.first

    def comparison(self, scenario: str = "") -> Comparison:
        """What the scores say about the policies in one scenario."""
        return self.chapter(scenario).comparison

    def figure(self, name: str, scenario: str = "") -> Plate:
        """One figure of the report, by its name; it shows itself in a notebook, and `save` writes it as SVG.

        InputError for an unknown name, and for a figure that this report does not have.
        """
        known = (*FIGURES, *CHOICES, *ANALYSES)
        if name not in known:
            raise InputError(f"found the figure '{name}'; allowed: {one_of(known)}{did_you_mean(name, known)}")
        if name in FIGURES:
            return FIGURES[name](self.chapter(scenario))
        if (self.dossier.decision if name in CHOICES else self.dossier.sensitivity) is None:
            raise InputError(f"there is no figure '{name}' here: it needs two contenders, or a sensitivity analysis")
        return (CHOICES | ANALYSES)[name](self.dossier)

    def to_pandas(self) -> pd.DataFrame:
        """Every estimate with its interval: one row per scenario, policy and score."""
        frames = [
            chapter.comparison.to_pandas().assign(scenario=chapter.results.scenario.name)
            for chapter in self.dossier.chapters
        ]
        return pd.concat(frames, ignore_index=True)

    def to_arrow(self) -> Any:
        """The same as an Arrow table."""
        import pyarrow as pa

        return pa.Table.from_pandas(self.to_pandas(), preserve_index=False)

    def write(self, *files: Path | str) -> None:
        """Write the report into files whose endings say in which format: .html, .md or .pdf."""
        write_reports(self.dossier, self.catalogue, [Path(file) for file in files])

    def _repr_html_(self) -> str:
        return "\n".join(chapter.comparison._repr_html_() for chapter in self.dossier.chapters)
