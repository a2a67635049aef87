"""What the numbers rest on: limits, mechanisms, and every number of the scenarios with its source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lastresort.experiments import Results
from lastresort.experiments.validated import Validated, validated
from lastresort.reports.document import Block, Bullets, Cell, Code, Column, Heading, Prose, Row, Section, Strong, Table
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.swept import Swept, swept
from lastresort.reports.topics.reproduction import recorded, took_part
from lastresort.simulation.scenario import ASSUMPTION

LIMITS: Sequence[Prose] = (
    (
        Strong("Intervals cover chance, not the model."),
        " They say how far other random draws of the same model would differ. A wrong assumption moves every seed the "
        "same way and shows in no interval.",
    ),
    (
        Strong("Nobody adapts in advance."),
        " Traders, makers and venues behave the same under every rule until it strikes. A rule that everyone expects "
        "would change leverage, depth and fund sizes before the crash.",
    ),
    (
        Strong("Every venue runs the same rule."),
        " Capital does not move to the venue with the kinder one.",
    ),
    (
        Strong("What the model leaves out."),
        " Shorts that were closed by force do not reopen, so there is no second wave. Holders top up isolated "
        "positions only. Collateral is cash, each market has one index, and no interface fails. Buyers, carry desks "
        "and makers have finite means, and makers may fail; how large those means are is assumed.",
    ),
    (
        Strong("The timing was fitted."),
        " Two stages of news and the waits of those who buy the fall follow the path of one crash. When a trough comes "
        "and how fast prices recover is therefore no finding.",
    ),
    (
        Strong("What LC does not say."),
        " It counts what a rule took from owners, against their equity at the start. It leaves out what falling prices "
        "cost them, what a forced close later spared them, and any legal or contractual claim. It says how much of "
        "what they had payers lost, not whether they deserved it.",
    ),
    (
        Strong("What MNF does not say."),
        " It rests on thresholds (20 % net delta, 60 seconds, 2 % of capital) and on how fast desks repair a hedge, "
        "which is assumed. It counts a small and a disastrous failure alike.",
    ),
    (
        Strong("The references are not options."),
        " No venue has an unlimited backstop; they only show what a rule is measured against.",
    ),
)
SOURCES = [Column("Value", align="left"), Column("Source", align="left")]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the scenario, its value with unit, and where it comes from."""

    name: str
    value: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether it has no public source."""
        return ASSUMPTION in self.source


@dataclass(frozen=True, slots=True)
class Origin:
    """A mechanism that took part: in which policies, where its form comes from, how well known, which code it is."""

    name: str
    policies: str
    source: str
    evidence: str
    origin: str
    fingerprint: str


def assumptions(report: ReportInput) -> Section:
    """Limits first, then everything that took part."""
    blocks: list[Block] = [
        Heading(("Limits",)),
        Bullets([*LIMITS, *misses(report), *_flips(report)]),
        Heading(("Mechanisms",)),
        _mechanisms(report.first),
        Heading(("Numbers of the scenario",) if len(report.scenarios) == 1 else ("Numbers of the scenarios",)),
    ]
    for results in report.scenarios:
        blocks += _numbers(results, None if results is report.first else report.first)
    return Section("assumptions", "Assumptions and limits", blocks)


def misses(report: ReportInput) -> Iterator[Prose]:
    """A limit for every validation that a scenario of the report has."""
    found = (validated(results.runs.scenario.name) for results in report.scenarios)
    yield from (missing(one) for one in {one.scenario: one for one in found if one}.values())


def missing(found: Validated) -> Prose:
    """Which public figures the model misses, by name, as the section on validation has them."""
    misses = [one.name for one in found.evidence if not one.hit]
    return (
        Strong("Public figures that the model misses."),
        f" On {found.scenario}, {len(misses)} of {len(found.evidence)}: {'; '.join(misses) or 'none'}.",
    )


def _flips(report: ReportInput) -> Iterator[Prose]:
    """A limit for every scenario that was swept; several variants of one say it once."""
    found = (swept(results.runs.scenario.name) for results in report.scenarios)
    yield from (flipping(one) for one in {one.scenario: one for one in found if one}.values())


def flipping(found: Swept) -> Prose:
    """What a sweep says of the verdicts of a scenario: which flip, and with what."""
    tried = "The wait before the waterfall, the yardstick, the fund's cap and the reference were varied"
    said = " ".join(found.flips) or "No verdict between two core policies flips."
    return (
        Strong("Verdicts that hang on a choice."),
        f" {tried} on {found.scenario} (",
        Code(found.command),
        f"). {said}",
    )


def _mechanisms(results: ScenarioResults) -> Table:
    columns = [Column(title, align="left") for title in ("Used by", "Source", "Evidence", "Origin")]
    rows = [
        Row(
            (Code(one.name),),
            [Cell(one.policies), Cell(one.source), Cell(one.evidence), Cell(one.origin, f"sha256 {one.fingerprint}")],
        )
        for one in mechanisms(results.runs)
    ]
    caption = "Every mechanism that took part. The figures it ran with stand in the waterfalls above."
    return Table("mechanisms", caption, columns, [("", rows)], "text", "Mechanism")


def _numbers(results: ScenarioResults, first: ScenarioResults | None) -> list[Block]:
    """All numbers of a scenario; of later ones, those that differ from the first."""
    rows = parameters(results.runs)
    said = f" of “{results.runs.scenario.title}”"
    if first:
        known = parameters(first.runs)
        rows = [row for row in rows if row not in known]
        said += ", where they differ"
    assumed = [row for row in rows if row.assumed]
    sourced = [row for row in rows if not row.assumed]
    return [
        _table(results.anchor("assumed"), f"Assumptions: numbers without a public source{said}.", assumed),
        _table(results.anchor("sourced"), f"Numbers with a source{said}.", sourced),
    ]


def _table(name: str, caption: str, parameters: Sequence[Parameter]) -> Table:
    rows = [Row((Code(one.name),), [Cell(one.value), Cell(one.source)]) for one in parameters]
    return Table(name, caption, SOURCES, [("", rows)], "text", "Parameter")


def parameters(results: Results) -> list[Parameter]:
    """Every number of the scenario."""
    return [Parameter(*row) for row in results.scenario.assumptions()]


def mechanisms(results: Results) -> list[Origin]:
    """Every mechanism with the policies that use it, in the order of the waterfalls."""
    users: dict[str, dict[str, None]] = {}
    for policy in took_part(results):
        for step in policy.waterfall:
            users.setdefault(step.use, {})[policy.name] = None
    recorded = results.manifest.get("mechanisms", {})
    return [_origin(name, list(names), recorded.get(name, {})) for name, names in users.items()]


def _origin(name: str, policies: Sequence[str], record: Mapping[str, Any]) -> Origin:
    return Origin(
        name=name,
        policies=", ".join(policies),
        source=recorded(record, "source"),
        evidence=recorded(record, "evidence"),
        origin=recorded(record, "origin"),
        fingerprint=recorded(record, "sha256")[:12],
    )
