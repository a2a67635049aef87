"""The whole report: which sections there are, in which order, and what stands above them."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.plugins.catalogue import Catalogue
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.document import Document, Section
from lastresort.reports.sections.absorption import absorption
from lastresort.reports.sections.additions import additions
from lastresort.reports.sections.answer import answer
from lastresort.reports.sections.assumptions import assumptions
from lastresort.reports.sections.axioms import axioms
from lastresort.reports.sections.companions import companions
from lastresort.reports.sections.concentration import concentration
from lastresort.reports.sections.decision import decision
from lastresort.reports.sections.differences import differences
from lastresort.reports.sections.downloads import downloads
from lastresort.reports.sections.failures import failures
from lastresort.reports.sections.hedges import hedges
from lastresort.reports.sections.odd import odd
from lastresort.reports.sections.payers import payers
from lastresort.reports.sections.policies import policies
from lastresort.reports.sections.ranking import ranking
from lastresort.reports.sections.references import references
from lastresort.reports.sections.reproduction import reproduction
from lastresort.reports.sections.scenario import scenarios
from lastresort.reports.sections.sensitivity import sensitivity
from lastresort.reports.sections.stress import stress
from lastresort.reports.sections.tails import tails
from lastresort.reports.sections.timeline import timeline
from lastresort.reports.sections.trade_off import trade_off
from lastresort.reports.sections.validation import validation

KICKER = "Last-resort rules on derivatives exchanges"
CHAPTER = (
    ranking,
    differences,
    trade_off,
    absorption,
    concentration,
    payers,
    hedges,
    tails,
    timeline,
    references,
    companions,
)
"""Sections of each scenario, in their order."""


def report_of(dossier: Dossier, catalogue: Catalogue | None = None) -> Document:
    """Write a report, without a format; transcripts are of the rules that the catalogue has."""
    return Document(
        kicker=KICKER,
        title=dossier.title,
        subtitle=(_subtitle(dossier),),
        lead=dossier.lead,
        sections=list(_sections(dossier, catalogue)),
        policies=[(policy.name, policy.title) for policy in dossier.policies],
    )


def _subtitle(dossier: Dossier) -> str:
    rules = sum(policy.role == "contender" for policy in dossier.policies)
    references = len(dossier.policies) - rules
    seeds, scenarios = len(dossier.first.seeds), len(dossier.chapters)
    failed = sum(len(chapter.results.failed) for chapter in dossier.chapters)
    counts = [
        _counted(rules, "rule"),
        _counted(references, "reference"),
        *([_counted(scenarios, "scenario")] if scenarios > 1 else []),
        _counted(seeds, "seed"),
        *([f"{failed} failed"] if failed else []),
    ]
    return ", ".join(counts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sections(dossier: Dossier, catalogue: Catalogue | None) -> Iterator[Section]:
    yield answer(dossier)
    for chapter in dossier.chapters:
        yield from _chapter(dossier, chapter)
    yield from _in_part("Choice and robustness", _choice(dossier))
    yield from _in_part("Rules", _rules(dossier, catalogue))
    yield from _in_part("Model and evidence", _model(dossier))
    for chapter in dossier.chapters:
        yield from _in_part("Plugins", additions(chapter))


def _chapter(dossier: Dossier, chapter: Chapter) -> Iterator[Section]:
    part = chapter.results.scenario.title if len(dossier.chapters) > 1 else "Results"
    found = [write(chapter) for write in CHAPTER]
    if chapter.results.failed:
        found.insert(0, failures(chapter))
    return _in_part(part, found)


def _choice(dossier: Dossier) -> Iterator[Section]:
    if dossier.decision:
        yield decision(dossier, dossier.decision)
    yield sensitivity(dossier)


def _rules(dossier: Dossier, catalogue: Catalogue | None) -> Iterator[Section]:
    if dossier.axioms:
        yield axioms(dossier.axioms)
    yield policies(dossier, catalogue)


def _model(dossier: Dossier) -> Iterator[Section]:
    for write in (scenarios, assumptions, validation, odd, stress, reproduction, downloads):
        yield write(dossier)


def _in_part(part: str, sections: "Iterator[Section] | list[Section]") -> Iterator[Section]:
    return (replace(section, part=part) for section in sections)
