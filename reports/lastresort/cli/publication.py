"""What a comparison leaves for its readers: score table, comparison and report, in the comparison's folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.reports import Additions, write_report
from lastresort.scores import SCORES, Comparison, compare_policies, measure_scores, score_results
from lastresort.study import Results
from lastresort.study.manifest import seal


@dataclass(frozen=True)
class Publication:
    """The comparison of a folder's runs and where its report is."""

    results: Results
    comparison: Comparison
    report: Path


def publish(results: Results, report: Path, catalogue: Catalogue) -> Publication:
    """Score the runs, compare the policies, write everything, and the manifest last.

    Scores and report sections are those of the catalogue, which holds the built-in scores too. A score of a plugin that
    fails is told on stderr.
    """
    if not report.parent.is_dir():
        raise InputError(f"cannot write the report: there is no folder '{report.parent}'")
    folder = results.directory
    measured = measure_scores(results, score_results(results), catalogue.scores.values())
    table = measured.table
    comparison = compare_policies(table, results.policies, [score for _, score in measured.scores])
    table.to_parquet(folder / "scores.parquet", index=False)
    table.to_csv(folder / "scores.csv", index=False, lineterminator="\n")
    (folder / "comparison.json").write_text(json.dumps(comparison.to_json(), indent=2) + "\n", encoding="utf-8")
    plugged = [(origin, score) for origin, score in measured.scores if score not in SCORES]
    additions = Additions(plugged, measured.problems, tuple(catalogue.sections.values()))
    write_report(results, table, comparison, report, additions, catalogue)
    seal(results.manifest, folder, folder / "scores.csv")
    for problem in measured.problems:
        typer.echo(f"warning: {problem}", err=True)
    return Publication(results, comparison, report)
