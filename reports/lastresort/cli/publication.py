"""What a comparison leaves for its readers: score table, comparison and report, in the comparison's folder."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import typer

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.reports import Additions, write_report
from lastresort.scores import SCORES, Comparison, Measured, compare_policies, journal_of, measure_scores, score_results
from lastresort.study import Results
from lastresort.study.folders.manifest import seal
from lastresort.study.folders.writing import write_json, write_whole, writing_to
from lastresort.study.store import to_parquet


@dataclass(frozen=True)
class Scored:
    """The runs of a folder, what was measured of them, and what that says about the policies."""

    results: Results
    measured: Measured
    comparison: Comparison


@dataclass(frozen=True)
class Publication:
    """The comparison of a folder's runs and where its report is."""

    results: Results
    comparison: Comparison
    report: Path


def publish(results: Results, report: Path, catalogue: Catalogue) -> Publication:
    """Score the runs, compare the policies, and write everything, the report last; otherwise as `score`."""
    if not report.parent.is_dir():
        raise InputError(f"cannot write the report: there is no folder '{report.parent}'")
    scored = score(results, catalogue)
    plugged = [(origin, one) for origin, one in scored.measured.scores if one not in SCORES]
    additions = Additions(plugged, scored.measured.problems, tuple(catalogue.sections.values()))
    with writing_to(results.directory):
        write_report(results, scored.measured.table, scored.comparison, report, additions, catalogue)
    return Publication(results, scored.comparison, report)


def score(results: Results, catalogue: Catalogue) -> Scored:
    """Score the runs, compare the policies, write both, and the manifest last.

    Scores are those of the catalogue, which holds the built-in scores too. A score of a plugin that fails is told on
    stderr. Raises RunError where the disk is full.
    """
    folder = results.directory
    with writing_to(folder):
        measured = measure(results, catalogue)
        comparison = compare_policies(measured.table, results.policies, [one for _, one in measured.scores])
        csv = write_tables(measured.table, folder)
        write_json(folder / "comparison.json", comparison.to_json())
        seal(results.manifest, folder, csv)
    for problem in measured.problems:
        typer.echo(f"warning: {problem}", err=True)
    return Scored(results, measured, comparison)


def measure(results: Results, catalogue: Catalogue) -> Measured:
    """Measure the runs by all scores of the catalogue; what was measured before is not measured again."""
    table = score_results(results, journal=journal_of(results.store))
    return measure_scores(results, table, catalogue.scores.values())


def write_tables(table: pd.DataFrame, folder: Path) -> bytes:
    """Write a score table as scores.parquet and as scores.csv, and return the bytes of the latter."""
    csv = table.to_csv(index=False, lineterminator="\n").encode()
    write_whole(folder / "scores.parquet", to_parquet(table))
    write_whole(folder / "scores.csv", csv)
    return csv
