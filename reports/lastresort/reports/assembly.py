"""From finished runs to everything that a report is written from."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.plugins.catalogue import Catalogue
from lastresort.reports import provenance
from lastresort.reports.additions import Additions
from lastresort.reports.axioms import judge
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.scores import SCORES, measured_profiles
from lastresort.scores.decisions.decision import Decision, decide
from lastresort.scores.feedback.direct_parts import read_direct
from lastresort.scores.registry import smallest_difference
from lastresort.scores.scored import Scored
from lastresort.scores.sensitivity import Sensitivity

MARGIN = 0.02

QUESTION = (
    "Which of {rules} last-resort rules leaves losses least concentrated on a few, and which breaks the fewest "
    "hedges, in “{scenario}”?"
)
MANY = (
    "Which of {rules} last-resort rules does best on loss centralization and broken hedges, in {scenarios} scenarios?"
)


CRITERIA = tuple(score for score in SCORES if score.name in ("lc_star", "mnf", "unpaid_share", "fund_use"))
"""Scores that a decision rests on: who bears the loss, whose hedge breaks, what stays unpaid, and what funds pay."""

SMALLEST = {score.name: smallest_difference(score) or MARGIN for score in CRITERIA}
"""Smallest differences of interest; where none is declared, the same two hundredths as for the headline scores."""


def dossier_of(
    scored: Sequence[Scored],
    catalogue: Catalogue | None = None,
    sensitivity: Path | None = None,
    title: str = "",
    question: str = "",
) -> Dossier:
    """Gather what a report on one scenario, or on several of one study, is written from.

    With a `catalogue`, rules are judged by axioms, and plugins add sections. `sensitivity`: folder of an analysis.
    InputError where a folder is damaged.
    """
    chapters = [_chapter(one, catalogue, (len(scored) > 1 and place) or 0) for place, one in enumerate(scored, start=1)]
    first = chapters[0]
    rules = len(first.contenders)
    asked = (MANY if len(chapters) > 1 else QUESTION).format(
        rules=rules, scenario=first.results.scenario.title, scenarios=len(chapters)
    )
    return Dossier(
        title=title or first.results.scenario.title,
        lead=" ".join(dict.fromkeys(chapter.results.scenario.summary for chapter in chapters))
        if len(chapters) == 1
        else "",
        question=question or asked,
        chapters=chapters,
        decision=_decision(chapters),
        axioms=judge([chapter.results for chapter in chapters], catalogue) if catalogue else None,
        sensitivity=Sensitivity.read(sensitivity) if sensitivity else None,
        commands=list(dict.fromkeys(provenance.command(chapter.results) for chapter in chapters)),
    )


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
