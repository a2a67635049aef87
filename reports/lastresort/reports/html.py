"""Assemble the policy report: one self-contained HTML file, the same bytes for the same comparison."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.reports import drawdowns, plates, provenance, stages, summary, tables
from lastresort.reports.additions import NOTHING, Additions, write_sections
from lastresort.reports.axioms import judge
from lastresort.reports.figures.canvas import Plate
from lastresort.reports.observations import observe
from lastresort.scores import REFERENCE, Comparison, Estimate
from lastresort.study import Results
from lastresort.study.folders.writing import write_whole

Differences = Mapping[str, Mapping[str, Estimate]]


def write_report(
    results: Results,
    table: pd.DataFrame,
    comparison: Comparison,
    path: Path,
    additions: Additions = NOTHING,
    catalogue: Catalogue | None = None,
) -> None:
    """Write the policy report of a finished comparison to `path`, as one HTML file that needs no other.

    `table` and `comparison` are those of `results`: `score_results(results)` and `compare_policies(...)`. `additions`
    are the scores and sections of plugins; with a `catalogue` of rules, those of the comparison are judged by axioms.
    """
    environment = Environment(
        loader=PackageLoader("lastresort.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    page = environment.get_template("report.html").render(
        _content(results, table, comparison)
        | _added(results, table, comparison, additions)
        | {"axioms": judge(results, catalogue) if catalogue else None}
    )
    write_whole(path, page.encode())


def _content(results: Results, table: pd.DataFrame, comparison: Comparison) -> dict[str, Any]:
    shown = _policy(results, comparison.baseline or REFERENCE)
    seen = observe(results, shown.name)
    differences = drawdowns.against_references(table, results.policies)
    return {
        "scenario": results.scenario,
        "seeds": results.seeds,
        "failed": results.failed,
        "contenders": [policy for policy in results.policies if policy.role == "contender"],
        "references": [policy for policy in results.policies if policy.role == "reference"],
        "baseline": shown,
        "summary": summary.summarize(comparison, results.policies, _yardsticks(results, differences, shown)),
        "method": comparison.method,
        "ranking": tables.ranking(comparison, results.policies),
        "yardsticks": tables.yardsticks(comparison, results.policies),
        "pairings": tables.pairings(comparison, results.policies),
        "absorption": tables.absorption(results.policies, seen),
        "cohorts": tables.cohorts(table, results.policies),
        "crashes": tables.crashes(comparison, results.policies, differences),
        "waterfalls": [stages.waterfall(policy) for policy in results.policies],
        "doubts": stages.doubts(results.policies),
        "marks": stages.MARKS,
        "assumed": provenance.parameters(results, assumed=True),
        "sourced": provenance.parameters(results, assumed=False),
        "mechanisms": provenance.mechanisms(results),
        "command": provenance.command(results),
        "facts": provenance.facts(results, table),
        "figures": {
            "waterfall": plates.waterfall_plate(results.policies, seen),
            "timeline": plates.timeline_plate(shown, seen),
            **_comparative(results, comparison, differences),
            **({"lorenz": plates.lorenz_plate(results.policies, seen)} if comparison.baseline else {}),
        },
    }


def _added(results: Results, table: pd.DataFrame, comparison: Comparison, additions: Additions) -> dict[str, Any]:
    return {
        "companions": additions.scores,
        "companion_rows": tables.companions(comparison, results.policies, [score for _, score in additions.scores]),
        "problems": additions.problems,
        "additions": write_sections(additions.sections, results, table),
    }


def _comparative(results: Results, comparison: Comparison, differences: Differences) -> dict[str, Plate]:
    """Figures that need a contender, and the one that needs two."""
    figures = {}
    if comparison.differences:
        figures["forest"] = plates.forest_plate(comparison, results.policies)
    if comparison.baseline:
        figures["pareto"] = plates.pareto_plate(comparison, results.policies)
        figures["references"] = plates.references_plate(results.policies, differences)
    return figures


def _yardsticks(results: Results, differences: Differences, shown: Policy) -> dict[str, Estimate]:
    return {
        _policy(results, name).title: found[shown.name] for name, found in differences.items() if shown.name in found
    }


def _policy(results: Results, name: str) -> Policy:
    return next(policy for policy in results.policies if policy.name == name)
