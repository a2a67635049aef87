"""The whole report: which sections there are, in which order, what stands above them, and its files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lastresort.plugins.catalogue import Catalogue
from lastresort.reports.document import Document, Section
from lastresort.reports.report_writing import KICKER, check_endings, write_document
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics.absorption import absorption
from lastresort.reports.topics.all_scores import all_scores
from lastresort.reports.topics.amplification import amplification
from lastresort.reports.topics.answer import answer
from lastresort.reports.topics.assumption_flips import sensitivity
from lastresort.reports.topics.assumptions import assumptions
from lastresort.reports.topics.axiom_matrix import axioms
from lastresort.reports.topics.choosing import choosing
from lastresort.reports.topics.downloads import downloads
from lastresort.reports.topics.forest import differences
from lastresort.reports.topics.hedge_failure import hedges
from lastresort.reports.topics.limits import limits
from lastresort.reports.topics.odd import odd
from lastresort.reports.topics.plugin_sections import plugin_sections
from lastresort.reports.topics.policy_waterfalls import policy_waterfalls
from lastresort.reports.topics.public_figures import validation
from lastresort.reports.topics.ranking_table import failures, ranking
from lastresort.reports.topics.reproduction import recorded, reproduction, table_hash
from lastresort.reports.topics.scenario_card import scenario_cards
from lastresort.reports.topics.stress import stress
from lastresort.reports.topics.tail import tails
from lastresort.reports.topics.timeline import course_of_the_crash
from lastresort.reports.topics.trade_off import trade_off
from lastresort.reports.topics.what_would_change import what_would_change
from lastresort.reports.topics.who_paid import payers


def report_of(report: ReportInput, catalogue: Catalogue | None = None) -> Document:
    """Write a report, without a format; transcripts are of the rules that the catalogue has."""
    return Document(
        kicker=KICKER,
        title=report.title,
        subtitle=(_subtitle(report),),
        sections=list(_sections(report, catalogue)),
        policies=[(policy.name, policy.title) for policy in report.policies],
    )


def _subtitle(report: ReportInput) -> str:
    """When it was run, how much of it, and what identifies engine and result."""
    rules = sum(policy.role == "contender" for policy in report.policies)
    runs, scenarios = len(report.first.seeds), len(report.scenarios)
    failed = sum(len(results.runs.failed) for results in report.scenarios)
    manifest = report.first.runs.manifest
    day = str(manifest.get("created", ""))[:10]
    said = [
        f"run on {day}" if day else "date not recorded",
        _counted(rules, "rule"),
        _counted(len(report.policies) - rules, "reference"),
        *([_counted(scenarios, "scenario")] if scenarios > 1 else []),
        _counted(runs, "simulated crash", "es"),
        *([f"{failed} failed"] if failed else []),
        f"engine {recorded(manifest, 'engine')}",
        f"result {table_hash(report.first.table)[:12]}",
    ]
    return " · ".join(said)


def _counted(number: int, noun: str, ending: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else ending}"


def _sections(report: ReportInput, catalogue: Catalogue | None) -> Iterator[Section]:
    yield answer(report)
    for results in report.scenarios:
        yield from _main(report, results)
    yield what_would_change(report)
    yield limits(report)
    for section in _annex(report, catalogue):
        yield replace(section, part="Annex", folded=True)


def _main(report: ReportInput, results: ScenarioResults) -> Iterator[Section]:
    found = [write(results) for write in OF_SCENARIO]
    if results.runs.failed:
        found.insert(0, failures(results))
    part = results.runs.scenario.title if len(report.scenarios) > 1 else ""
    return (replace(section, part=part) for section in found)


def _annex(report: ReportInput, catalogue: Catalogue | None) -> Iterator[Section]:
    for results in report.scenarios:
        for write in IN_ANNEX:
            yield _told_apart(report, results, write(results))
    if report.decision:
        yield choosing(report, report.decision)
    yield sensitivity(report)
    if report.axioms:
        yield axioms(report.axioms)
    yield policy_waterfalls(report, catalogue)
    for of_report in (scenario_cards, assumptions, validation, odd, stress, reproduction, downloads):
        yield of_report(report)
    for results in report.scenarios:
        yield from plugin_sections(results)


def _told_apart(report: ReportInput, results: ScenarioResults, section: Section) -> Section:
    """A section of one scenario among those of others says which."""
    many = len(report.scenarios) > 1
    return replace(section, title=f"{section.title}: {results.runs.scenario.title}") if many else section


def write_reports(report: ReportInput, catalogue: Catalogue | None, files: Sequence[Path]) -> None:
    """Write a report into each file, in the format that its ending says; InputError for another ending."""
    check_endings(files)
    document = report_of(report, catalogue)
    for file in files:
        write_document(document, file)


OF_SCENARIO = (ranking, absorption, payers, hedges, course_of_the_crash, amplification)
"""Sections of each scenario in the main part, in their order."""

IN_ANNEX = (all_scores, differences, trade_off, tails)
"""Sections of each scenario in the annex."""
