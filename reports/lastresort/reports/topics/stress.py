"""The STRESS checklist for simulation studies (Monks et al. 2019), filled in from configuration and manifest."""

from typing import Any

from lastresort.reports.document import Cell, Column, Paragraph, Row, Section, Table
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.scores import PRIMARY

Item = tuple[str, str]


def stress(report: ReportInput) -> Section:
    """The six parts of the checklist."""
    results = report.first
    groups = [
        ("1. Objectives", _objectives(report)),
        ("2. Logic", _logic(report)),
        ("3. Data", _data(results)),
        ("4. Experimentation", _experimentation(report)),
        ("5. Implementation", _implementation(results)),
        ("6. Code access", _access(report)),
    ]
    words = (
        "Strengthening the reporting of empirical simulation studies (Monks et al. 2019, "
        "doi:10.1080/17477778.2018.1442155), for discrete-event and agent-based models."
    )
    rows = [(title, [Row((name,), [Cell(text)]) for name, text in items]) for title, items in groups]
    table = Table("stress-table", "STRESS.", [Column("In this study", align="left")], rows, "text", "Item")
    return Section("stress", "Reporting checklist (STRESS)", [Paragraph((words,)), table])


def _objectives(report: ReportInput) -> list[Item]:
    primary = "; ".join(f"{score.title}, {score.formula}" for score in PRIMARY)
    baseline = report.first.title(report.first.comparison.baseline) or "none"
    return [
        ("1.1 Purpose", report.question),
        ("1.2 Outputs", f"Primary: {primary}. All others are exploratory."),
        (
            "1.3 Aims of experimentation",
            f"Differences between policies on the same seeds, against the baseline “{baseline}”, and their robustness.",
        ),
    ]


def _logic(report: ReportInput) -> list[Item]:
    names = ", ".join(policy.name for policy in report.policies)
    scenarios = ", ".join(results.runs.scenario.name for results in report.scenarios)
    return [
        ("2.1 Overview of the base model", "See the ODD description and docs/model.md."),
        (
            "2.2 Logic of the base model",
            "A tick asks prices, phases, margin, liquidation, matching, waterfall, reactions, in this order.",
        ),
        (
            "2.3 Logic of scenarios and policies",
            f"Scenarios: {scenarios}. Policies: {names}. Every policy in every scenario with every seed.",
        ),
        ("2.4 Algorithms", "Each mechanism names its source; see the table of mechanisms and the policies one by one."),
        (
            "2.5 Components",
            "Entities: accounts and strategies. Resources: order-book depth, funds, transfer servers. Queues: "
            "transfers.",
        ),
    ]


def _data(results: ScenarioResults) -> list[Item]:
    rows = results.runs.scenario.assumptions()
    assumed = sum("assumption" in source for _, _, source in rows)
    return [
        ("3.1 Sources", f"{len(rows) - assumed} of {len(rows)} numbers have a source, named beside each."),
        ("3.2 Pre-processing", "None at run time; how figures were read from sources is in docs/model.md."),
        ("3.3 Input parameters", "All stand under Assumptions and limits, with unit and source."),
        ("3.4 Assumptions", f"{assumed} numbers are assumptions and are marked so."),
    ]


def _experimentation(report: ReportInput) -> list[Item]:
    results = report.first
    hours = results.runs.scenario.duration / 3600
    return [
        ("4.1 Initialisation", "Populations are drawn at the start; no warm-up, since the crash is a transient."),
        ("4.2 Run length", f"{hours:g} hours of simulated time, once per seed; {len(results.seeds)} seeds."),
        ("4.3 Estimation", results.comparison.method),
    ]


def _implementation(results: ScenarioResults) -> list[Item]:
    manifest: dict[str, Any] = results.runs.manifest
    libraries = ", ".join(f"{name} {version}" for name, version in manifest.get("libraries", {}).items())
    seconds = manifest.get("cpu_seconds")
    runs = len(results.runs.keys)
    cost = f"{runs} runs took {seconds / 3600:.2f} hours of one core." if isinstance(seconds, float | int) else ""
    return [
        ("5.1 Software", f"lastresort {manifest.get('engine', '')}, Python {manifest.get('python', '')}; {libraries}."),
        ("5.2 Random sampling", "Philox, keyed by seed, entity, purpose and counter; the same draws for every policy."),
        (
            "5.3 Model execution",
            "SimPy events; within a tick all act on the prices at its start, in the order of the ODD description.",
        ),
        ("5.4 System", f"{manifest.get('platform', 'not recorded')}. {cost}".strip()),
    ]


def _access(report: ReportInput) -> list[Item]:
    return [
        (
            "6.1 Model",
            "lastresort is free software (MIT); versions and hashes stand under How to reproduce this report.",
        ),
        ("6.2 Reproduction", "; ".join(report.commands)),
    ]
