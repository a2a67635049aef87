"""From finished runs to everything that a report is written from."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.plugins.catalogue import Catalogue
from lastresort.reports import provenance
from lastresort.reports.additions import Additions
from lastresort.reports.axioms import judge
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.criteria import CRITERIA, SMALLEST
from lastresort.scores import SCORES, measured_profiles
from lastresort.scores.decisions.decision import Decision, decide
from lastresort.scores.feedback.direct_parts import read_direct
from lastresort.scores.scored import Scored
from lastresort.scores.sensitivity import Sensitivity
from lastresort.study.planning import Plan

QUESTION = (
    "Which of {rules} last-resort rules leaves losses least concentrated on a few, and which breaks the fewest "
    "hedges, in “{scenario}”?"
)
MANY = (
    "Which of {rules} last-resort rules does best on loss centralization and broken hedges, in {scenarios} scenarios?"
)


def dossier_of(
    scored: Sequence[Scored],
    catalogue: Catalogue | None = None,
    sensitivity: Path | None = None,
    plan: Plan | None = None,
) -> Dossier:
    """Gather what a report on one scenario, or on those of the study that was planned, is written from.

    With a `catalogue`, rules are judged by axioms, and plugins add sections. `sensitivity`: folder of an analysis.
    InputError where a folder is damaged.
    """
    numbers = range(1, len(scored) + 1) if len(scored) > 1 else [0]
    chapters = [_chapter(one, catalogue, number) for number, one in zip(numbers, scored, strict=True)]
    scenario = chapters[0].results.scenario
    commands = dict.fromkeys(provenance.command(chapter.results) for chapter in chapters)
    return Dossier(
        title=f"Study {plan.name}" if plan else scenario.title,
        lead=scenario.summary if len(chapters) == 1 else "",
        question=plan.question if plan and plan.question else _question(chapters),
        chapters=chapters,
        decision=_decision(chapters),
        axioms=judge([chapter.results for chapter in chapters], catalogue) if catalogue else None,
        sensitivity=Sensitivity.read(sensitivity) if sensitivity else None,
        commands=[f"lastresort study run {plan.name}.yaml"] if plan else list(commands),
    )


def _question(chapters: Sequence[Chapter]) -> str:
    rules, scenario = len(chapters[0].contenders), chapters[0].results.scenario.title
    return (MANY if len(chapters) > 1 else QUESTION).format(rules=rules, scenario=scenario, scenarios=len(chapters))


def _chapter(scored: Scored, catalogue: Catalogue | None, number: int) -> Chapter:
    plugged = [(origin, one) for origin, one in scored.measured.scores if one not in SCORES]
    sections = tuple(catalogue.sections.values()) if catalogue else ()
    return Chapter(
        results=scored.results,
        table=scored.measured.table,
        comparison=scored.comparison,
        profiles=measured_profiles(scored.results),
        additions=Additions(plugged, scored.measured.problems, sections),
        direct=read_direct(scored.results),
        suffix=str(number) if number else "",
    )


def _decision(chapters: Sequence[Chapter]) -> Decision | None:
    """Between contenders that finished in every scenario; None where there are not two, or but one seed."""
    tables = {chapter.results.scenario.name: chapter.table for chapter in chapters}
    contenders = [
        policy
        for policy in chapters[0].contenders
        if all(policy.name in set(table["policy"]) for table in tables.values())
    ]
    if len(contenders) < 2 or min(len(chapter.seeds) for chapter in chapters) < 2:
        return None
    return decide(tables, contenders, CRITERIA, SMALLEST)
