"""What plugins add to the report: scores beside the built-in ones, and sections at the end, whatever they do."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from lastresort.plugins.report_section import Findings, ReportSection
from lastresort.plugins.score import Score
from lastresort.reports import Additions, write_report
from lastresort.scores import SCORES, Comparison, compare_policies, measure_scores
from lastresort.simulation.recording.record import RunRecord

ORIGIN = "my <b>.py"
HOSTILE = "<script>alert('R&D')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;R&amp;D&#39;)&lt;/script&gt;"


def measure(run: RunRecord, reference: RunRecord) -> float:
    return float(run.totals["deficit"])


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
def comparison(report: Any) -> Comparison:
    measured = measure_scores(report.results, report.table, [(ORIGIN, SCORE)])
    return compare_policies(measured.table, report.results.policies, (*SCORES, SCORE))


@pytest.fixture(scope="module")
def page(report: Any, comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report with a score, a problem, and every section above."""
    written = {**GOOD, **{name: write for name, (write, _) in FAILING.items()}}
    additions = Additions(
        scores=[(ORIGIN, SCORE)],
        problems=[f"plugin {ORIGIN}, score 'x': ValueError: {HOSTILE}"],
        sections=[
            (ORIGIN, ReportSection(name=name, title=f"{name} {HOSTILE}", write=write))
            for name, write in written.items()
        ],
    )
    path = tmp_path_factory.mktemp("additions") / "report.html"
    write_report(report.results, report.table, comparison, path, additions)
    return path.read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="plugin-{name}".*?</section>', page, flags=re.DOTALL)
    assert found is not None
    return found[0]


def test_without_plugins_there_is_nothing_of_them(report: Any) -> None:
    assert "Scores of plugins" not in report.page
    assert 'id="plugin-' not in report.page


def test_sections_stand_at_the_end_with_title_and_plugin(page: str) -> None:
    assert re.findall(r'<section id="plugin-([a-z]+)"', page) == [*GOOD, *FAILING]
    assert page.index('<section id="reproduction"') < page.index('<section id="plugin-words"')
    assert f'<h2 id="plugin-words-title">words {ESCAPED}</h2>' in section(page, "words")
    assert "From the plugin my &lt;b&gt;.py." in section(page, "words")


def test_nothing_of_a_plugin_is_markup_unless_it_says_so(page: str) -> None:
    assert "<script" not in page
    assert f"<p>First.</p>\n<p>Second {ESCAPED}.</p>" in section(page, "words")
    assert f'<th scope="col">{ESCAPED}</th>' in section(page, "table")
    assert f'<th scope="row">{ESCAPED}</th><td>\N{EN DASH}</td>' in section(page, "table")
    assert "<p><em>said</em></p>\n<p>And text.</p>" in section(page, "markup")


def test_a_section_reads_scenario_runs_and_table(page: str, report: Any) -> None:
    policy = report.results.policies[2].name
    value = report.table.query("policy == @policy and seed == 2")["mnf"].item()
    assert f"<p>oct-2025: {policy}, seed 1, 400 accounts</p>" in section(page, "read")
    assert '<tr><th scope="col">policy</th><th scope="col">mnf</th></tr>' in section(page, "read")
    assert f'<tr><th scope="row">{policy}</th><td>{value:.3f}</td></tr>' in section(page, "read")


def test_a_section_cannot_change_the_table_of_the_next(page: str) -> None:
    assert "<p>Spoilt.</p>" in section(page, "spoil")
    assert "<p>7 policies</p>" in section(page, "unspoilt")


@pytest.mark.parametrize("name", FAILING)
def test_a_section_that_fails_is_told_in_its_place(page: str, name: str) -> None:
    place = f"This section could not be written: plugin my &lt;b&gt;.py, report section '{name}': "
    assert f"{place}{FAILING[name][1]}</p>" in section(page, name).replace("&#39;", "'")
    assert "Half a section." not in page


def test_a_score_is_shown_with_its_interval_meaning_and_plugin(page: str, comparison: Comparison) -> None:
    found = comparison.estimates["fund+queue-adl"]["hole"]
    low, high = (f"{end / 1e6:,.1f}" for end in (found.low, found.high))
    assert f'<th scope="col">{ESCAPED}, $ M</th>' in page
    assert f"{found.value / 1e6:,.1f}<small>[{low},\N{NO-BREAK SPACE}{high}]</small>" in page
    assert "Dollars &amp; cents. <code>mean(D)</code>; lower is better. From the plugin my &lt;b&gt;.py." in page


def test_a_score_that_failed_is_told(page: str) -> None:
    told = f"plugin my &lt;b&gt;.py, score &#39;x&#39;: ValueError: {ESCAPED}"
    assert f'<p class="caution">{told}</p>' in page
