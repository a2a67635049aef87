"""What a comparison leaves for its readers: score table, comparison and report, in the comparison's folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from lastresort.plugins.errors import InputError
from lastresort.reports import write_report
from lastresort.scores import Comparison, compare_policies, score_results
from lastresort.study import Results
from lastresort.study.manifest import seal


@dataclass(frozen=True)
class Publication:
    """The comparison of a folder's runs and where its report is."""

    results: Results
    comparison: Comparison
    report: Path


def publish(results: Results, report: Path) -> Publication:
    """Score the runs, compare the policies, write everything, and the manifest last."""
    if not report.parent.is_dir():
        raise InputError(f"cannot write the report: there is no folder '{report.parent}'")
    folder = results.directory
    table = score_results(results)
    comparison = compare_policies(table, results.policies)
    table.to_parquet(folder / "scores.parquet", index=False)
    table.to_csv(folder / "scores.csv", index=False, lineterminator="\n")
    (folder / "comparison.json").write_text(json.dumps(comparison.to_json(), indent=2) + "\n", encoding="utf-8")
    write_report(results, table, comparison, report)
    seal(results.manifest, folder, folder / "scores.csv")
    return Publication(results, comparison, report)
