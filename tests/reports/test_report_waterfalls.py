"""The waterfalls in the report: every line with figures, source and evidence, and every doubt marked with a word."""

import dataclasses
from typing import Any

import pytest

from lastresort.mechanisms.policy import Engine, Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.reports.document import Heading, Listing, Note, Paragraph, Row, plain
from lastresort.reports.topics.policy_waterfalls import doubts

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
ENGINE = Engine(wait=15, source="a page", evidence="official page", figures={"wait": "guess"})
POLICY = Policy(name="fund+queue-adl", title="Fund, then queue", summary="Two stages.", engine=ENGINE, waterfall=STEPS)


@pytest.fixture(scope="module")
def written(report: Any, write: Any) -> Any:
    """The report in which one policy has lines of all kinds."""
    policies = tuple(POLICY if policy.name == POLICY.name else policy for policy in report.results.policies)
    return write(dataclasses.replace(report.results, policies=policies))


def rows(written: Any, name: str) -> list[Row]:
    """Rows of a policy's table."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in name)
    return [row for _, members in written.find_table(f"waterfall-of-{slug}").groups for row in members]


def test_every_policy_has_a_page_with_its_lines_in_order(report: Any, written: Any) -> None:
    headings = [plain(block.text) for block in written.blocks("waterfalls") if isinstance(block, Heading)]
    for policy in report.results.policies:
        title = POLICY.title if policy.name == POLICY.name else policy.title
        steps = STEPS if policy.name == POLICY.name else policy.waterfall
        shown = [plain(row.header) for row in rows(written, policy.name)]
        assert shown == [*(f"{place}. {step.use}" for place, step in enumerate(steps, start=1)), "The engine"]
        assert f"{title} {policy.name}" in headings


def test_a_remembered_figure_has_a_word_and_a_mark(written: Any) -> None:
    figures = rows(written, POLICY.name)[0].cells[0].value
    assert "penalty 0.0125 \N{DAGGER}\N{NO-BREAK SPACE}remembered" in figures
    assert "pairs yes (code)" in figures
    assert "limits [100,000,000, 1,000,000], none none" in figures


def test_a_guessed_line_has_a_word_and_a_mark_and_a_silent_one_says_so(written: Any) -> None:
    _, fund, queue, _ = rows(written, POLICY.name)
    assert fund.cells[2].value == "\N{DOUBLE DAGGER}\N{NO-BREAK SPACE}guess"
    assert fund.cells[2].tone == "doubt"
    assert [cell.value for cell in queue.cells] == ["none", "not stated", "not stated"]


def test_the_engine_has_its_figures_source_and_evidence(written: Any) -> None:
    engine = rows(written, POLICY.name)[-1]
    assert [cell.value for cell in engine.cells] == [
        "wait 15 \N{DOUBLE DAGGER}\N{NO-BREAK SPACE}guess, halted yes, places uncovered",
        "a page",
        "official page",
    ]


def test_sources_are_escaped(written: Any) -> None:
    assert "Binance &lt;b&gt;FAQ&lt;/b&gt; &amp; others" in written.page


def test_doubts_are_counted() -> None:
    assert doubts([POLICY]) == (2, 8)


def test_both_marks_are_explained(written: Any) -> None:
    introduction = next(block for block in written.blocks("waterfalls") if isinstance(block, Paragraph))
    assert "\N{DAGGER} remembered or \N{DOUBLE DAGGER} guess stands with each of them" in plain(introduction.prose)


def test_transcripts_are_those_of_rules_that_are_known_here(report: Any, write: Any) -> None:
    steps = (Step(use="queue-adl"), Step(use="stranger"))
    policies = tuple(policy.model_copy(update={"waterfall": steps}) for policy in report.results.policies)
    told = write(dataclasses.replace(report.results, policies=policies), Catalogue.load())
    (listing,) = (block for block in told.blocks("waterfalls") if isinstance(block, Listing))
    assert "60 s, first breach" in listing.text
    notes = [plain(block.prose) for block in told.blocks("waterfalls") if isinstance(block, Note)]
    assert notes.count("queue-adl: as under transcript 1.") == len(policies) - 1
