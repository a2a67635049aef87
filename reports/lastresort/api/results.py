"""A finished comparison in the hand: its numbers as frames, its figures by one call each, its report as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.api.ranking_rows import ranking
from lastresort.experiments import Results as Runs
from lastresort.experiments.folders.comparison_folder import REPORTS
from lastresort.experiments.folders.declaration import DECLARATION
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.isolation.contained import contained
from lastresort.reports.assembly import report_input_of
from lastresort.reports.contents import write_reports
from lastresort.reports.document import FigureBlock
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics import absorption, timeline
from lastresort.reports.topics.amplification import references
from lastresort.reports.topics.forest import forest
from lastresort.reports.topics.hedge_failure import rehedging
from lastresort.reports.topics.morris import morris
from lastresort.reports.topics.ranking_table import why_apart
from lastresort.reports.topics.sobol import sobol
from lastresort.reports.topics.tail import LEAST, tail
from lastresort.reports.topics.trade_off import pareto
from lastresort.reports.topics.who_paid import who_pays
from lastresort.scores import Comparison, registration
from lastresort.scores.scored import scored

FIGURES: dict[str, Callable[[ScenarioResults], FigureBlock]] = {
    "waterfall": absorption.waterfall,
    "forest": forest,
    "pareto": pareto,
    "rehedging": rehedging,
    "timeline": lambda results: timeline.timeline(results)[0],
    "tail": tail,
    "who-pays": who_pays,
    "references": references,
}
"""Figures of one scenario, by name."""

ANALYSES: dict[str, Callable[[Sensitivity], FigureBlock]] = {"morris": morris, "sobol": sobol}
"""Figures of a sensitivity analysis."""


@dataclass(frozen=True, repr=False)
class Results:
    """A finished comparison, or the scenarios of a finished study, as their report has them.

    `open_results("results/oct-2025").figures["forest"]` shows itself in a notebook; so do the results.
    """

    input: ReportInput
    catalogue: Catalogue

    def scenario(self, name: str = "") -> ScenarioResults:
        """The part on one scenario; the first one without a name. InputError for an unknown name."""
        by_name = {one.runs.scenario.name: one for one in self.input.scenarios}
        if name and name not in by_name:
            hint = did_you_mean(name, by_name)
            raise InputError(f"found the scenario '{name}'; allowed: {one_of(by_name)}{hint}")
        return by_name[name] if name else self.input.first

    def comparison(self, scenario: str = "") -> Comparison:
        """What the scores say about the policies in one scenario."""
        return self.scenario(scenario).comparison

    def __repr__(self) -> str:
        """What it is and what came of it, in a few lines."""
        lines = [f"Results of {self.input.title!r}: {len(self.input.policies)} policies"]
        for results in self.input.scenarios:
            found, seeds = results.comparison.ranking, len(results.seeds)
            lines.append(
                f"  {results.runs.scenario.name}, seeds: {seeds}; by lc: {', '.join(found.ranked) or 'nobody'}"
            )
            lines += [f"  not ranked: {name}, {why_apart(results, name)}" for name in found.apart]
        return "\n".join([*lines, f"  figures: {', '.join(self.figures)}"])

    @property
    def differences(self) -> pd.DataFrame:
        """Each difference from the baseline on a headline score: scenario, interval, margin and verdict in a row."""
        frames = [
            results.comparison.verdicts().assign(scenario=results.runs.scenario.name)
            for results in self.input.scenarios
        ]
        return pd.concat(frames, ignore_index=True)

    @property
    def directory(self) -> Path:
        """Folder of the comparison, or of the first scenario of a study."""
        return self.input.first.runs.directory

    @property
    def report_file(self) -> Path:
        """Where `compare` writes the report."""
        return self.directory / REPORTS[0]

    @property
    def ranking(self) -> list[dict[str, str]]:
        """A row of texts for each policy of the first scenario: contenders by loss centralization, then references."""
        return ranking(self.comparison())

    @property
    def failures(self) -> list[dict[str, str]]:
        """A row for each policy of the first scenario that failed and is out of the ranking."""
        return [
            {"policy": failure.policy.name, "extent": failure.extent, "what happened": failure.reason}
            for failure in self.input.first.runs.failed
        ]

    @property
    def tracebacks(self) -> dict[str, str]:
        """By policy of the first scenario that failed, the way through its plugin's code to that, where it is known."""
        return self.input.first.runs.tracebacks()

    def document(self) -> dict[str, Any]:
        """The comparison on the first scenario as JSON has it, with the folder and the report in it."""
        return {
            "directory": str(self.directory),
            "report": str(self.report_file),
            "scenario": self.input.first.runs.scenario.name,
            "comparison": self.comparison().to_json(),
            "failed": [{**row, "traceback": self.tracebacks.get(row["policy"], "")} for row in self.failures],
        }

    @property
    def failed(self) -> tuple[str, ...]:
        """A sentence for each policy that failed and is out of the ranking."""
        return tuple(str(failure) for results in self.input.scenarios for failure in results.runs.failed)

    @property
    def scores(self) -> pd.DataFrame:
        """What every run scores: a row per scenario, policy and seed."""
        tables = [results.table.assign(scenario=results.runs.scenario.name) for results in self.input.scenarios]
        return pd.concat(tables, ignore_index=True)

    @property
    def figures(self) -> "Figures":
        """Figures of the first scenario by name, drawn when they are asked for."""
        return Figures(self)

    def figure(self, name: str, scenario: str = "") -> FigureBlock:
        """One figure of the report, by its name; it shows itself in a notebook, and `save` writes it as SVG.

        InputError for an unknown name, and for a figure that this report does not have.
        """
        known = (*FIGURES, *ANALYSES)
        if name not in known:
            raise InputError(f"found the figure '{name}'; allowed: {one_of(known)}{did_you_mean(name, known)}")
        if name in ANALYSES:
            if self.input.sensitivity is None:
                raise InputError(f"there is no figure '{name}' here: it needs a sensitivity analysis")
            return ANALYSES[name](self.input.sensitivity)
        results = self.scenario(scenario)
        if name == "tail" and len(results.seeds) < LEAST:
            raise InputError(f"there is no figure 'tail' here: found {len(results.seeds)} seeds; it needs {LEAST}")
        return FIGURES[name](results)

    def to_pandas(self) -> pd.DataFrame:
        """Every estimate with its interval: one row per scenario, policy and score."""
        frames = [
            results.comparison.to_pandas().assign(scenario=results.runs.scenario.name)
            for results in self.input.scenarios
        ]
        return pd.concat(frames, ignore_index=True)

    def to_arrow(self) -> Any:
        """The same as an Arrow table."""
        import pyarrow as pa

        return pa.Table.from_pandas(self.to_pandas(), preserve_index=False)

    def report(self, *files: Path | str) -> None:
        """Write the report into files whose endings say in which format: .html, .md or .pdf."""
        write_reports(self.input, self.catalogue, [Path(file) for file in files])

    def _repr_html_(self) -> str:
        return "\n".join(results.comparison._repr_html_() for results in self.input.scenarios)


def open_results(
    directory: Path | str, sensitivity: Path | str | None = None, plugins: Sequence[Path | str] = ()
) -> Results:
    """Open a folder of `compare` or of a study; nothing in it is changed or executed.

    `sensitivity` is the folder of an analysis, `plugins` are Python files with scores and sections of a report.
    InputError where a folder is unfinished or damaged.
    """
    catalogue = contained(tuple(map(Path, plugins)), (registration,))
    directory = Path(directory)
    study = StudyFolder(directory) if (directory / DECLARATION).is_file() else None
    results = study.results() if study else [Runs.open(directory)]
    found = [scored(one, catalogue.scores.values()) for one in results]
    plan = study.declaration.plan if study else None
    return Results(report_input_of(found, None, Path(sensitivity) if sensitivity else None, plan), catalogue)


@dataclass(frozen=True)
class Figures(Mapping[str, FigureBlock]):
    """The figures that some results have."""

    results: Results

    def __getitem__(self, name: str) -> FigureBlock:
        """One figure; InputError for a name that these results do not have."""
        return self.results.figure(name)

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        few = len(self.results.scenario().seeds) < LEAST
        yield from (name for name in FIGURES if not (few and name == "tail"))
        yield from ANALYSES if self.results.input.sensitivity else ()

    def __len__(self) -> int:
        return len(list(iter(self)))
