"""The report as a document: every section and figure, the comparison's own numbers, safe and repeatable."""

import dataclasses
import hashlib
import math
import re
from pathlib import Path
from typing import Any

import pytest

from lastresort.experiments.validated import validated
from lastresort.reports import notation
from lastresort.reports.document import Attachment, Bullets, Caution, Control, FigureBlock, plain
from lastresort.reports.topics import tail
from lastresort.reports.topics.tail import tails
from lastresort.reports.writers import to_html, to_markdown, to_typst

MAIN = ("answer", "ranking", "absorption", "cohorts", "hedges", "course", "references", "changes", "limits")
ANNEX = (
    "companions",
    "differences",
    "both-scores",
    "tails",
    "decision",
    "sensitivity",
    "waterfalls",
    "scenarios",
    "assumptions",
    "validation",
    "odd",
    "stress",
    "reproduction",
    "data",
)
FIGURES = (
    "outcome",
    "forest",
    "waterfall",
    "who-pays",
    "time-to-rehedge",
    "timeline",
    "references-figure",
    "pareto",
)


def figures(report: Any) -> list[FigureBlock]:
    return [
        block
        for section in report.document.sections
        for block in report.blocks(section.name)
        if isinstance(block, FigureBlock)
    ]


def test_every_section_and_figure_is_there_in_order_and_the_annex_is_folded(report: Any) -> None:
    assert tuple(section.name for section in report.document.sections) == (*MAIN, *ANNEX)
    assert tuple(section.name for section in report.document.sections if section.folded) == ANNEX
    assert tuple(figure.name for figure in figures(report)) == FIGURES


def test_a_reader_who_cannot_see_gets_the_numbers_of_every_figure(report: Any) -> None:
    assert all(re.search(r"\d", plate.alt) and plate.caption for plate in figures(report))


def test_the_page_needs_no_other_file(report: Any) -> None:
    assert "<link" not in report.page
    assert not re.search(r"<script[^>]*src=|@import|url\((?!#)|(src|href)=\"(?!#|data:)", report.page)


def test_the_page_is_small(report: Any) -> None:
    assert len(report.page.encode()) < 1_000_000


def test_the_ranking_shows_the_numbers_of_the_comparison(report: Any) -> None:
    cells = report.cells("ranking-table")
    for policy in report.results.policies:
        found = report.comparison.estimates[policy.name]
        shown = [notation.dollars(found[name].value) for name in ("lc", "loss")]
        shares = [notation.share(found[name].value) for name in ("beta", "mnf", "mnf_break", "mnf_cost")]
        assert cells[policy.name][:6] == [*shown, *shares]


def test_contenders_are_ranked_by_loss_centralization_and_references_stand_apart(report: Any) -> None:
    (_, ranked), (line, references) = report.find_table("ranking-table").groups
    assert [row.policy for row in ranked] == list(report.comparison.ranking.ranked)
    assert line.startswith("References")
    assert [row.policy for row in references] == ["deep-pocket", "warehouse"]


def test_the_band_of_the_forest_plot_is_the_smallest_difference_of_interest(report: Any) -> None:
    (drawn,) = (figure for figure in figures(report) if figure.name == "forest")
    margins = {one.score: one.margin for one in report.comparison.differences}
    assert f"± {notation.dollars(margins['lc'])} and ± {notation.share(margins['mnf'])} of books" in drawn.caption


def test_other_weights_of_concentration_give_the_sums_of_the_table(report: Any) -> None:
    for name, cells in report.cells("orders").items():
        rows = report.table[report.table["policy"] == name]
        for weight, column in ((0, 3), (1, 0), (2, 4), (3, 5)):
            by_run = rows["loss"] * (1 + weight * rows["beta"]) + 2 * rows["unpaid"]
            found = report.find_table("orders").groups[0][1]
            (row,) = (row for row in found if row.policy == name)
            assert row.cells[column].detail == notation.dollars(float(by_run.mean()))
            assert cells[column] in "12345"


def test_a_difference_is_shown_with_its_tests_and_verdict(report: Any) -> None:
    for difference in report.comparison.differences:
        change, _, p, equivalent, verdict, saved = report.cells(f"tests-{difference.score}")[difference.policy]
        size = 1e6 if difference.score == "lc" else 0.01
        number = float(change.replace("\N{MINUS SIGN}", "-").replace(",", ""))
        assert number == pytest.approx(difference.estimate.value / size, abs=5.1e-3)
        for shown, exact in ((p, difference.p_adjusted), (equivalent, difference.p_equivalent_adjusted)):
            assert float(shown.removeprefix("< ")) == pytest.approx(exact, abs=1.1e-3)
        assert verdict == difference.sentence
        known = math.isfinite(difference.pairing.variance_reduction)
        assert saved == "unpaired" if not difference.pairing.paired else saved.endswith("%") is known


def test_the_losses_of_cohorts_add_up_to_the_users_loss(report: Any) -> None:
    rows = list(report.cells("burden-by-cohort").values())
    titles = [column.title for column in report.find_table("burden-by-cohort").columns]
    for policy in report.results.policies:
        if policy.title in titles:
            shown = [float(row[titles.index(policy.title)].replace(",", "")) for row in rows]
            whole = report.comparison.estimates[policy.name]["loss"].value / 1e6
            assert sum(shown) == pytest.approx(whole, abs=0.5 * len(rows))


def test_every_score_of_every_family_is_shown(report: Any) -> None:
    from lastresort.scores import FAMILIES

    for family, scores in FAMILIES.items():
        rows = report.cells(f"scores-{family.lower().replace(' ', '-')}")
        assert list(rows) == [score.title for score in scores]


def test_failure_by_strategy_adds_up_to_failure(report: Any) -> None:
    """Each cohort's failure over its own gross notional lies on both sides of the whole, or on it."""
    for policy, cells in report.cells("mnf-by-strategy").items():
        whole = 100 * report.comparison.estimates[policy]["mnf"].value
        parts = [float(cell) for cell in cells if cell != "\N{EN DASH}"]
        assert min(parts) - 0.06 <= whole <= max(parts) + 0.06


def test_a_tail_is_drawn_from_twenty_seeds_on(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tail.LEAST == 20
    assert not any(isinstance(block, FigureBlock) for block in report.blocks("tails"))
    monkeypatch.setattr(tail, "LEAST", len(report.known.first.seeds))
    (drawn,) = (block for block in tails(report.known.first).blocks if isinstance(block, FigureBlock))
    assert drawn.name == "tail"


def test_misses_are_shown_as_misses(report: Any) -> None:
    found = validated("oct-2025")
    assert found is not None
    cells = report.cells("validated-oct-2025")
    assert {name: row[3] for name, row in cells.items()} == {one.name: one.result for one in found.outcomes}


def test_the_sliders_have_what_they_weigh(report: Any) -> None:
    (control,) = (block for block in report.blocks("decision") if isinstance(block, Control))
    names = [policy["name"] for policy in control.data["policies"]]
    assert names == [policy.name for policy in report.results.policies if policy.role == "contender"]
    assert all(0 <= value <= 1 for draw in control.data["draws"] for policy in draw for value in policy)


def test_the_scrubber_walks_over_the_panels_that_are_drawn(report: Any) -> None:
    (control,) = (block for block in report.blocks("course") if isinstance(block, Control))
    assert control.data["figure"] == "timeline"
    times = control.data["times"]
    for policy in control.data["policies"]:
        assert {len(values) for values in policy["values"].values()} == {len(times)}
        assert list(policy["values"]) == [panel["title"] for panel in control.data["panels"]]
    assert all(axes["x1"] > axes["x0"] and axes["t1"] > axes["t0"] for axes in control.data["axes"])


def test_the_downloads_hold_the_numbers_of_the_report(report: Any) -> None:
    estimates, scores = (block for block in report.blocks("data") if isinstance(block, Attachment))
    assert estimates.content.splitlines()[0] == "policy,score,value,low,high,standard_error,method"
    assert len(scores.content.splitlines()) == 1 + len(report.table)


def test_all_formats_say_the_same_numbers(report: Any) -> None:
    """Every value of the ranking and of the tests, in each format."""
    written = [to_html(report.document), to_markdown(report.document), to_typst(report.document)]
    for name in ("ranking-table", "tests-lc", "tests-mnf"):
        for row in report.cells(name).values():
            for value in row:
                number = value.lstrip("\N{MINUS SIGN}+")
                assert all(number in text for text in written)


def test_the_same_comparison_gives_the_same_bytes(report: Any) -> None:
    from lastresort.reports.contents import report_of

    assert to_html(report_of(report.known)) == report.page


def test_a_title_that_looks_like_markup_is_escaped(single_seed_report: Any) -> None:
    body = re.sub(r"<script.*?</script>", "", single_seed_report.page, flags=re.DOTALL)
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(&#39;R&amp;D&#39;)&lt;/script&gt;" in body


def test_a_single_seed_is_called_one(single_seed_report: Any) -> None:
    cautions = [block for block in single_seed_report.section("answer").blocks if isinstance(block, Caution)]
    assert "rests on one simulated crash" in plain(cautions[0].prose)
    texts = [
        cell
        for section in ("ranking-table", "tests-mnf")
        for row in single_seed_report.cells(section).values()
        for cell in row
    ]
    assert "nan" not in texts
    assert not [section for section in single_seed_report.document.sections if section.name == "decision"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("deep-pocket", "warehouse"), "Only reference policies are in the comparison"),
        (("deep-pocket", "fund+queue-adl"), "There is no second contender"),
    ],
)
def test_a_report_with_little_to_compare_says_so(report: Any, names: tuple[str, ...], said: str, write: Any) -> None:
    policies = tuple(policy for policy in report.results.policies if policy.name in names)
    found = write(dataclasses.replace(report.results, policies=policies))
    assert said in found.page


def test_what_the_manifest_lacks_is_said_to_be_missing(report: Any) -> None:
    identity = report.cells("identity")
    assert identity["Platform and processor"] == ["not recorded"]
    assert identity["Largest relative conservation error"] == ["3.1e-13"]


def test_the_hash_is_that_of_the_score_table_file(report: Any, tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    report.table.to_csv(file, index=False, lineterminator="\n")
    (shown,) = report.cells("identity")["SHA-256 of the score table (scores.csv)"]
    assert shown == hashlib.sha256(file.read_bytes()).hexdigest()


def test_every_assumption_of_the_scenario_is_listed(report: Any) -> None:
    rows = report.cells("assumed") | report.cells("sourced")
    assert set(rows) == {name for name, _, _ in report.results.scenario.assumptions()}


def test_limits_are_told(report: Any) -> None:
    (limits,) = (block for block in report.blocks("assumptions") if isinstance(block, Bullets))
    assert len(limits.items) >= 7
