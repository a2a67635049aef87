"""The report as a document: one file, every section, the comparison's own numbers, safe and repeatable."""

import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

VOID = {"meta", "link", "br", "hr", "img", "input"}
SECTIONS = (
    "summary",
    "ranking",
    "differences",
    "both-scores",
    "absorption",
    "concentration",
    "timeline",
    "cohorts",
    "references",
    "waterfalls",
    "assumptions",
    "reproduction",
)
FIGURES = ("forest", "pareto", "waterfall", "lorenz", "timeline", "references")


class Outline(HTMLParser):
    """Checks that tags are closed in order; collects ids, figures' labels, header scopes and the cells of tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.unscoped = 0
        self.rows: list[list[str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if found.get("role") == "img":
            self.labels.append(str(found.get("aria-label", "")))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
            self.unscoped += tag == "th" and "scope" not in found

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Self-closed parts of drawings open nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def outline(report: Any) -> Outline:
    return Outline(report.page)


def row_of(outline: Outline, section_columns: int, name: str) -> list[str]:
    """Cells of the row of a policy in the table with so many columns."""
    return next(row for row in outline.rows if len(row) == section_columns and name in row[0])


def test_the_page_is_well_formed_and_has_unique_ids(outline: Outline) -> None:
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))


def test_the_page_needs_no_other_file(report: Any) -> None:
    assert "<link" not in report.page
    assert "<script" not in report.page
    assert not re.search(r"https?://|@import|url\((?!#)|(src|href)=\"(?!#)", report.page)
    assert [file.name for file in report.path.parent.iterdir()] == ["report.html"]


def test_every_section_and_figure_is_there_in_order(report: Any, outline: Outline) -> None:
    places = [report.page.index(f'<section id="{section}"') for section in SECTIONS]
    assert places == sorted(places)
    assert {f"figure-{figure}" for figure in FIGURES} <= set(outline.ids)


def test_a_reader_who_cannot_see_gets_numbers_and_headers(report: Any, outline: Outline) -> None:
    assert len(outline.labels) == len(FIGURES)
    assert all(re.search(r"\d", label) for label in outline.labels)
    assert outline.unscoped == 0
    assert report.page.count("<figcaption>") == len(FIGURES)


def test_the_ranking_shows_the_numbers_of_the_comparison(report: Any, outline: Outline) -> None:
    for policy in report.results.policies:
        found = report.comparison.estimates[policy.name]["mnf"]
        cell = row_of(outline, 16, policy.title)[6]
        shown = [float(text) for text in re.findall(r"\d+\.\d+|\b0\b", cell)]
        assert shown == pytest.approx([found.value, found.low, found.high][: len(shown)], abs=0.005)


def test_contenders_are_ranked_by_loss_centralization(report: Any, outline: Outline) -> None:
    ranked = [row for row in outline.rows if len(row) == 16 and row[1].strip().isdigit()]
    shown = [float(re.findall(r"\d+\.\d+", row[3])[0]) for row in ranked]
    assert [row[1].strip() for row in ranked] == ["1", "2", "3", "4", "5"]
    assert shown == sorted(shown)


def test_a_difference_is_shown_with_its_verdict(report: Any) -> None:
    for difference in report.comparison.differences:
        change = f"{difference.estimate.value:+.3f}".replace("-", "\N{MINUS SIGN}")
        assert f"{difference.sentence}, {change} [" in report.page


def test_what_pairing_saves_stands_beside_the_differences(report: Any, outline: Outline) -> None:
    for difference in report.comparison.differences:
        cells = next(row for row in outline.rows if len(row) == 3 and difference.policy in row[0])[1:]
        saved = f"{100 * difference.pairing.variance_reduction:.0f} % of the variance".replace("-", "\N{MINUS SIGN}")
        told = "\N{EN DASH}" if math.isnan(difference.pairing.variance_reduction) else saved
        column = ("lc_star", "mnf").index(difference.score)
        assert cells[column].strip() == (told if difference.pairing.paired else "unpaired")


def test_the_burden_of_a_cohort_is_its_loss_share_over_its_equity_share(report: Any, outline: Outline) -> None:
    shares = {(share.policy, share.cohort): share for share in report.comparison.cohorts}
    row = next(row for row in outline.rows if row and row[0].strip() == "makers")
    share = shares["fund+queue-adl", "makers"]
    assert float(row[1].split("\N{MULTIPLICATION SIGN}")[0]) == pytest.approx(share.loss / share.endowment, abs=0.005)


def test_the_same_comparison_gives_the_same_bytes(report: Any, tmp_path: Path) -> None:
    from lastresort.reports import write_report

    again = tmp_path / "again.html"
    write_report(report.results, report.table, report.comparison, again)
    assert again.read_bytes() == report.path.read_bytes()


def test_a_title_that_looks_like_markup_is_escaped(single_seed_report: Any) -> None:
    assert "<script" not in single_seed_report.page
    assert "&lt;script&gt;alert(&#39;R&amp;D&#39;)&lt;/script&gt;" in single_seed_report.page
    assert Outline(single_seed_report.page).open == []


def test_a_single_seed_is_called_one(single_seed_report: Any) -> None:
    assert "rests on a single seed" in single_seed_report.page
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", single_seed_report.page, flags=re.DOTALL).lower().split()


def test_what_the_manifest_lacks_is_said_to_be_missing(report: Any) -> None:
    assert re.search(r"<th scope=\"row\">Platform</th><td>not recorded</td>", report.page)
    assert "3.1e-13" in report.page


def test_the_hash_is_that_of_the_score_table_file(report: Any, tmp_path: Path) -> None:
    import hashlib

    file = tmp_path / "scores.csv"
    report.table.to_csv(file, index=False, lineterminator="\n")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in report.page


def test_every_assumption_of_the_scenario_is_listed(report: Any) -> None:
    for name, _, _ in report.results.scenario.assumptions():
        assert f"<code>{name}</code>" in report.page
