"""What plugins add to the report: scores beside the built-in ones, and sections at the end, whatever they do."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from lastresort.plugins.report_section import Findings, ReportSection
from lastresort.plugins.score import Score
from lastresort.reports import report_input_of
from lastresort.reports.contents import report_of
from lastresort.reports.document import Block, Caution, Document, Table, plain
from lastresort.reports.writers import to_html
from lastresort.scores import SCORES, Comparison
from lastresort.scores.scored import Scored, scored
from lastresort.simulation.recording.record import RunRecord

ORIGIN = "my <b>.py"
HOSTILE = "<script>alert('R&D')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;R&amp;D&#39;)&lt;/script&gt;"


def measure(run: RunRecord, reference: RunRecord) -> float:
    return float(run.totals["deficit"])


def fail(run: RunRecord, reference: RunRecord) -> float:
    raise ValueError(HOSTILE)


SCORE = Score(
    name="hole",
    title=HOSTILE,
    meaning="Dollars & cents.",
    formula="mean(D)",
    unit="USD",
    direction="lower is better",
    measure=measure,
)


def read(findings: Findings) -> Iterator[str | pd.DataFrame]:
    run = findings.record(findings.policies[2].name, findings.seeds[0])
    yield f"{findings.scenario.name}: {run.policy}, seed {run.seed}, {len(run.accounts)} accounts"
    yield findings.table[findings.table["seed"] == 2].groupby("policy", sort=False)[["mnf"]].mean()


def spoil(findings: Findings) -> str:
    findings.table["policy"] = "spoilt"
    return "Spoilt."


def raise_late(findings: Findings) -> Iterator[str]:
    yield "Half a section."
    raise KeyError(HOSTILE)


GOOD = {
    "words": lambda findings: f"First.\n\nSecond {HOSTILE}.",
    "table": lambda findings: pd.DataFrame({HOSTILE: [HOSTILE], "n": [float("nan")]}),
    "markup": lambda findings: [Markup("<p><em>said</em></p>"), "And text."],
    "read": read,
    "spoil": spoil,
    "unspoilt": lambda findings: f"{findings.table['policy'].nunique()} policies",
}
FAILING: dict[str, tuple[Any, str]] = {
    "late": (raise_late, f'KeyError: "{ESCAPED}"'.replace("&#39;", "'").replace('"', "&#34;")),
    "division": (lambda findings: 1 / 0, "ZeroDivisionError: division by zero"),
    "exit": (lambda findings: exit(1), "SystemExit: 1"),
    "nothing": (lambda findings: None, "TypeError: 'NoneType' object is not iterable"),
    "number": (lambda findings: [3], "TypeError: found a int; allowed: text, markup and pandas tables"),
    "empty": (lambda findings: pd.DataFrame(index=range(2)), "ValueError: found a table without columns"),
    "unknown": (lambda findings: findings.record("no-policy", 1), "KeyError: ('no-policy', 1)"),
}


@pytest.fixture(scope="module")
def found(report: Any) -> Scored:
    """The made-up runs with the score of a plugin, and one that fails."""
    failing = replace(SCORE, name="x", measure=fail)
    return scored(report.results, [*(("built-in", one) for one in SCORES), (ORIGIN, SCORE), (ORIGIN, failing)])


@pytest.fixture(scope="module")
def comparison(found: Scored) -> Comparison:
    return found.comparison


@pytest.fixture(scope="module")
def document(found: Scored) -> Document:
    """The report with a score, a problem, and every section above."""
    written = {**GOOD, **{name: write for name, (write, _) in FAILING.items()}}
    sections = [
        (ORIGIN, ReportSection(name=name, title=f"{name} {HOSTILE}", write=write)) for name, write in written.items()
    ]
    known = report_input_of([found])
    results = replace(known.first, additions=replace(known.first.additions, sections=sections))
    return report_of(replace(known, scenarios=[results]))


@pytest.fixture(scope="module")
def page(document: Document) -> str:
    """The same as HTML."""
    return to_html(document)


def blocks(document: Document, name: str) -> list[Block]:
    return list(next(section for section in document.sections if section.name == f"plugin-{name}").blocks)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="plugin-{name}".*?</section>', page, flags=re.DOTALL)
    assert found is not None
    return found[0]


def test_without_plugins_there_is_nothing_of_them(report: Any) -> None:
    assert "Scores of plugins" not in report.page
    assert 'id="plugin-' not in report.page


def test_sections_stand_at_the_end_with_title_and_plugin(document: Document, page: str) -> None:
    names = [section.name for section in document.sections]
    assert names[-len(GOOD) - len(FAILING) :] == [f"plugin-{name}" for name in (*GOOD, *FAILING)]
    assert f">words {ESCAPED}</h2>" in section(page, "words")
    assert "From the plugin my &lt;b&gt;.py." in section(page, "words")


def test_nothing_of_a_plugin_is_markup_unless_it_says_so(page: str) -> None:
    assert "<script>alert" not in page
    assert f"<p>First.</p>\n<p>Second {ESCAPED}.</p>" in section(page, "words")
    assert section(page, "table").count(ESCAPED) >= 3
    assert "<p><em>said</em></p>" in section(page, "markup")
    assert "<p>And text.</p>" in section(page, "markup")


def test_a_section_reads_scenario_runs_and_table(document: Document, page: str, report: Any) -> None:
    policy = report.results.policies[2].name
    value = report.table.query("policy == @policy and seed == 2")["mnf"].item()
    assert f"<p>oct-2025: {policy}, seed 1, 400 accounts</p>" in section(page, "read")
    (table,) = (block for block in blocks(document, "read") if isinstance(block, Table))
    assert (table.lead, [column.title for column in table.columns]) == ("policy", ["mnf"])
    ((_, rows),) = table.groups
    assert next(row for row in rows if row.header == (policy,)).cells[0].value == f"{value:.3f}"


def test_a_section_cannot_change_the_table_of_the_next(page: str) -> None:
    assert "<p>Spoilt.</p>" in section(page, "spoil")
    assert "<p>7 policies</p>" in section(page, "unspoilt")


@pytest.mark.parametrize("name", FAILING)
def test_a_section_that_fails_is_told_in_its_place(page: str, name: str) -> None:
    place = f"This section could not be written: plugin my &lt;b&gt;.py, report section '{name}': "
    assert f"{place}{FAILING[name][1]}</p>" in section(page, name).replace("&#39;", "'")
    assert "Half a section." not in page


def test_a_score_is_shown_with_its_interval_meaning_and_plugin(
    document: Document, page: str, comparison: Comparison
) -> None:
    found = comparison.estimates["fund+queue-adl"]["hole"]
    companions = next(section for section in document.sections if section.name == "companions")
    (table,) = (block for block in companions.blocks if isinstance(block, Table))
    ((_, (row, failed)),) = table.groups
    shown = next(
        cell for column, cell in zip(table.columns, row.cells, strict=True) if column.title == "Fund, then queue ADL"
    )
    ends = f"[{found.low / 1e6:,.1f},\N{NO-BREAK SPACE}{found.high / 1e6:,.1f}]"
    assert (shown.value, shown.detail) == (f"{found.value / 1e6:,.1f}", "" if math.isnan(found.low) else ends)
    assert {cell.value for cell in failed.cells} == {"\N{EN DASH}"}
    assert "Dollars &amp; cents. <code>mean(D)</code>; lower is better. From the plugin my &lt;b&gt;.py." in page


def test_a_score_that_failed_is_told(document: Document) -> None:
    companions = next(section for section in document.sections if section.name == "companions")
    (caution,) = (block for block in companions.blocks if isinstance(block, Caution))
    said = plain(caution.prose)
    assert said.startswith(f"plugin {ORIGIN}, score 'x': no value in 28 of 28 runs")
    assert HOSTILE in said
