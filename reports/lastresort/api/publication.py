"""What a comparison leaves for its readers: score table, comparison and report, in the comparison's folder."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lastresort.experiments import Results
from lastresort.experiments.folders.manifest import seal
from lastresort.experiments.folders.writing import write_json, write_whole, writing_to
from lastresort.experiments.planning import Plan
from lastresort.experiments.store import to_parquet
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.reports.assembly import report_input_of
from lastresort.reports.contents import write_reports
from lastresort.reports.scenario_results import ReportInput
from lastresort.scores import Comparison
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
    """Score the runs, compare the policies, write both, and the manifest last.

    Scores are those of the catalogue, which holds the built-in scores too. A score of a plugin that fails is a
    PluginWarning. Raises RunError where the disk is full.
    """
    folder = results.directory
    with writing_to(folder):
        found = scored(results, catalogue.scores.values())
        csv = write_tables(found.measured.table, folder)
        write_json(folder / "comparison.json", found.comparison.to_json())
        seal(results.manifest, folder, csv)
    for problem in found.measured.problems:
        warnings.warn(problem, PluginWarning, stacklevel=2)
    return found


def write_tables(table: pd.DataFrame, folder: Path) -> bytes:
    """Write a score table as scores.parquet and as scores.csv, and return the bytes of the latter."""
    csv = table.to_csv(index=False, lineterminator="\n").encode()
    write_whole(folder / "scores.parquet", to_parquet(table))
    write_whole(folder / "scores.csv", csv)
    return csv
