"""The waterfalls in the report: every line with figures, source and evidence, and every doubt marked with a word."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from lastresort.mechanisms.policy import Policy, Step
from lastresort.reports import stages, write_report

STEPS = (
    Step(
        use="full-takeover",
        parameters={"penalty": 0.0125, "pairs": True, "limits": [1e8, 1e6], "none": None},
        source="Binance <b>FAQ</b> & others",
        evidence="official page",
        figures={"penalty": "remembered", "pairs": "code"},
    ),
    Step(use="insurance-fund", parameters={"usable": 0.3}, source="nobody said", evidence="guess"),
    Step(use="queue-adl"),
)
POLICY = Policy(name="fund+queue-adl", title="Fund, then queue", summary="Two stages.", waterfall=STEPS)


@pytest.fixture(scope="module")
def page(report: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The section of the report in which one policy has lines of all kinds."""
    policies = tuple(POLICY if policy.name == POLICY.name else policy for policy in report.results.policies)
    path: Path = tmp_path_factory.mktemp("waterfalls") / "report.html"
    results = dataclasses.replace(report.results, policies=policies)
    write_report(results, report.table, report.comparison, path)
    found = re.search(r'<section id="waterfalls".*?</section>', path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found
    return found[0]


def rows(page: str, title: str) -> list[str]:
    """Rows of the body of a policy's table, as text with tags."""
    table = page[page.index(f"<h3>{title}") :]
    return re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], flags=re.DOTALL)[1:]


def test_every_policy_has_its_lines_in_order(report: Any, page: str) -> None:
    for policy in report.results.policies:
        shown = rows(page, POLICY.title if policy.name == POLICY.name else policy.title)
        steps = STEPS if policy.name == POLICY.name else policy.waterfall
        assert [re.findall(r"<code>(.+?)</code>", row) for row in shown] == [[step.use] for step in steps]


def test_a_remembered_figure_has_a_word_and_a_mark(page: str) -> None:
    takeover = rows(page, POLICY.title)[0]
    assert "penalty 0.0125 <small>\N{DAGGER}&nbsp;remembered</small></span>" in takeover
    assert "pairs yes (code)" in takeover
    assert "limits [100,000,000, 1,000,000], none none" in takeover


def test_a_guessed_line_has_a_word_and_a_mark_and_a_silent_one_says_so(page: str) -> None:
    _, fund, queue = rows(page, POLICY.title)
    assert "\N{DOUBLE DAGGER}&nbsp;guess" in fund
    assert queue.count("not stated") == 2
    assert "<td>none</td>" in queue


def test_sources_are_escaped(page: str) -> None:
    assert "Binance &lt;b&gt;FAQ&lt;/b&gt; &amp; others" in page
    assert "<b>" not in page


def test_doubts_are_counted() -> None:
    assert stages.doubts([POLICY]) == (1, 5)


def test_both_marks_are_explained(page: str) -> None:
    introduction = page[: page.index("<h3>")]
    assert "\N{DAGGER}&nbsp;remembered or \N{DOUBLE DAGGER}&nbsp;guess stands with each of them" in introduction
