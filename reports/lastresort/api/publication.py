"""What a comparison leaves for its readers: score table, comparison and report, in the comparison's folder."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lastresort.experiments import Results
from lastresort.experiments.folders.comparison_folder import SCORES
from lastresort.experiments.folders.damages import clear_damages
from lastresort.experiments.folders.manifest import MANIFEST, seal
from lastresort.experiments.folders.seals import sealed
from lastresort.experiments.folders.writing import write_whole, writing_to
from lastresort.experiments.planning import Plan
from lastresort.experiments.store import to_parquet
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.reports.assembly import report_input_of
from lastresort.reports.contents import write_reports
from lastresort.reports.scenario_results import ReportInput
from lastresort.scores import Comparison
from lastresort.scores.rescoring import SCORES_CSV, SCORES_PARQUET, as_csv
from lastresort.scores.scored import Scored, scored


@dataclass(frozen=True)
class Publication:
    """The comparison of a folder's runs, where its report is, and what is in it."""

    results: Results
    comparison: Comparison
    report: Path
    content: ReportInput


def publish(results: Results, report: Path, catalogue: Catalogue) -> Publication:
    """Score the runs, compare the policies, and write everything, the report last; otherwise as `score`."""
    found = score(results, catalogue)
    content = publish_together([found], [report], catalogue)
    return Publication(results, found.comparison, report, content)


def publish_together(
    found: Sequence[Scored],
    files: Sequence[Path],
    catalogue: Catalogue,
    sensitivity: Path | None = None,
    plan: Plan | None = None,
) -> ReportInput:
    """Write one report on some scenarios into each of `files`, by their endings, and return what is in it."""
    for file in files:
        if not file.parent.is_dir():
            raise InputError(f"cannot write the report: there is no folder '{file.parent}'")
    report = report_input_of(found, catalogue, sensitivity, plan)
    with writing_to(files[0].parent):
        write_reports(report, catalogue, files)
    return report


def score(results: Results, catalogue: Catalogue) -> Scored:
    """Score the runs, compare the policies, write both, and the manifest last; what was damaged of it is set aside.

    Scores are those of the catalogue, which holds the built-in scores too. A score of a plugin that fails is a
    PluginWarning. Raises RunError where the disk is full.
    """
    folder = results.directory
    with writing_to(folder):
        found = scored(results, catalogue.scores.values())
        clear_damages(folder, MANIFEST, SCORES, results.store.directory)
        compared = {"comparison.json": sealed(found.comparison.to_json())}
        seal(results.manifest, folder, write(table_files(found.measured.table) | compared, folder))
    for problem in found.measured.problems:
        warnings.warn(problem, PluginWarning, stacklevel=2)
    return found


def table_files(table: pd.DataFrame) -> dict[str, bytes]:
    """Return a score table as scores.parquet and as scores.csv."""
    return {SCORES_PARQUET: to_parquet(table), SCORES_CSV: as_csv(table)}


def write(files: Mapping[str, bytes], folder: Path) -> Mapping[str, bytes]:
    """Write files into a folder, each in one step, and return them."""
    for name, content in files.items():
        write_whole(folder / name, content)
    return files
