"""From finished runs to everything that a report is written from."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lastresort.analysis.decompose.direct_parts import read_direct
from lastresort.analysis.sensitivity import Sensitivity
from lastresort.experiments.planning import Plan
from lastresort.plugins.catalogue import Catalogue
from lastresort.reports.scenario_results import Additions, ReportInput, ScenarioResults, in_order
from lastresort.reports.topics.axiom_matrix import judge
from lastresort.reports.topics.choosing import CRITERIA
from lastresort.reports.topics.reproduction import command
from lastresort.scores import SCORES, measured_profiles
from lastresort.scores.decisions.decision import Decision, decide
from lastresort.scores.headline import smallest_differences
from lastresort.scores.scored import Scored

QUESTION = "Which of {rules} last-resort rules costs users least, and which breaks the fewest hedges, in “{scenario}”?"
MANY = "Which of {rules} last-resort rules does best by users and by hedged books, in {scenarios} scenarios?"


def report_input_of(
    scored: Sequence[Scored],
    catalogue: Catalogue | None = None,
    sensitivity: Path | None = None,
    plan: Plan | None = None,
) -> ReportInput:
    """Gather what a report on one scenario, or on those of the study that was planned, is written from.

    With a `catalogue`, rules are judged by axioms, and plugins add sections. `sensitivity`: folder of an analysis.
    InputError where a folder is damaged.
    """
    numbers = range(1, len(scored) + 1) if len(scored) > 1 else [0]
    alone = [_scenario(one, catalogue, number) for number, one in zip(numbers, scored, strict=True)]
    order = tuple(policy.name for policy in in_order(alone))
    scenarios = [replace(one, order=order) for one in alone]
    scenario = scenarios[0].runs.scenario
    commands = dict.fromkeys(command(results.runs) for results in scenarios)
    return ReportInput(
        title=f"Study {plan.name}" if plan else scenario.title,
        question=plan.question if plan and plan.question else _question(scenarios),
        scenarios=scenarios,
        decision=_decision(scenarios),
        axioms=judge([results.runs for results in scenarios], catalogue) if catalogue else None,
        sensitivity=Sensitivity.read(sensitivity) if sensitivity else None,
        commands=[f"lastresort study run {plan.name}.yaml"] if plan else list(commands),
    )


def _question(scenarios: Sequence[ScenarioResults]) -> str:
    rules, scenario = len(scenarios[0].contenders), scenarios[0].runs.scenario.title
    return (MANY if len(scenarios) > 1 else QUESTION).format(rules=rules, scenario=scenario, scenarios=len(scenarios))


def _scenario(scored: Scored, catalogue: Catalogue | None, number: int) -> ScenarioResults:
    plugged = [(origin, one) for origin, one in scored.measured.scores if one not in SCORES]
    sections = tuple(catalogue.sections.values()) if catalogue else ()
    return ScenarioResults(
        runs=scored.results,
        table=scored.measured.table,
        comparison=scored.comparison,
        profiles=measured_profiles(scored.results),
        additions=Additions(plugged, scored.measured.problems, sections),
        direct=read_direct(scored.results),
        suffix=str(number) if number else "",
    )


def _decision(scenarios: Sequence[ScenarioResults]) -> Decision | None:
    """Between contenders that finished in every scenario; None where there are not two, or but one seed."""
    tables = {results.runs.scenario.name: results.table for results in scenarios}
    contenders = [
        policy
        for policy in scenarios[0].contenders
        if all(policy.name in set(table["policy"]) for table in tables.values())
    ]
    if len(contenders) < 2 or min(len(results.seeds) for results in scenarios) < 2:
        return None
    baseline = scenarios[0].comparison.baseline
    return decide(tables, contenders, CRITERIA, smallest_differences(CRITERIA, tables, baseline))
