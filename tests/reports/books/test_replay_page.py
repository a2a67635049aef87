"""The report on a replayed event: whole, the same twice, exact, silent about ids, and there without marks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lastresort.api.replaying import replay
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.reports.books_reports import replay_page, replay_report, write_replay_report
from lastresort.reports.document import Block, Document, FigureBlock, Fold, Table, plain
from lastresort.reports.notation import MINUS
from lastresort.reports.writers import to_html, to_markdown, to_typst

DATA = Path(__file__).parents[2] / "books" / "data"
SECTIONS = ("answer", "money", "waves", "agreement", "negative", "source", "command")
RULES = ("queue-adl", "profit-pro-rata", "equity-pro-rata")


def blocks(found: Any) -> Iterator[Block]:
    for block in found:
        yield block
        if isinstance(block, Fold):
            yield from blocks(block.blocks)


def tables(document: Document) -> dict[str, Table]:
    every = (block for section in document.sections for block in blocks(section.blocks))
    return {block.name: block for block in every if isinstance(block, Table)}


def cells(table: Table) -> dict[str, list[str]]:
    return {plain(row.header): [cell.value for cell in row.cells] for _, body in table.groups for row in body}


@pytest.fixture(scope="module")
def three() -> ReplayedEvent:
    """The event of the worked checks under three rules."""
    return replay(DATA / "9-event.csv", RULES)


def changed(tmp_path: Path, change: Any) -> Path:
    path = tmp_path / "event.csv"
    change(pd.read_csv(DATA / "9-event.csv")).to_csv(path, index=False)
    return path


def test_it_has_its_sections_in_order_and_everything_in_it_has_a_name(event: ReplayedEvent) -> None:
    document = replay_report(event, command="lastresort replay 9-event.csv")
    assert tuple(section.name for section in document.sections) == SECTIONS
    figures = [one for section in document.sections for one in blocks(section.blocks) if isinstance(one, FigureBlock)]
    assert [figure.name for figure in figures] == ["agreement"]
    assert all(figure.alt and figure.caption for figure in figures)
    assert all(table.name and table.caption for table in tables(document).values())
    assert "lastresort replay 9-event.csv" in replay_page(event, command="lastresort replay 9-event.csv")


def test_it_is_the_same_twice_in_every_format(tmp_path: Path) -> None:
    for file in ("a.html", "a.md", "a.pdf"):
        for run in ("1", "2"):
            (tmp_path / run).mkdir(exist_ok=True)
            write_replay_report(replay(DATA / "9-event.csv", RULES), tmp_path / run / file)
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "2" / file).read_bytes()


def test_numbers_are_those_of_the_worked_checks(three: ReplayedEvent) -> None:
    found = tables(replay_report(three, show_ids=True))
    money = cells(found["money"])
    assert money["all fills, absolute"] == ["5,850.00"]
    assert money["all fills, signed"] == ["5,650.00"]
    assert money["waves that are kept, absolute"] == ["5,750.00"]
    assert [money[name][0] for name in ("by row", "once per wave and account", "once per account")] == [
        "12,750.00",
        "6,750.00",
        "3,750.00",
    ]
    assert list(cells(found["waves"])) == ["1", "2", "3"]
    assert cells(found["waves"])["3"][-1] == "dropped: no loser under water"
    assert cells(found["tranche-1"]) == {
        "u1": ["10", "7", "7", "7.44186", "7.619048"],
        "u3": ["1", "1", "1", "0.55814", "0.380952"],
    }
    assert "least possible overlap 0.875000" in found["tranche-1"].caption
    assert cells(found["agreement"])["equity-pro-rata"][2] == "38.1 %"
    assert cells(found["negative"])["u4"][1:4] == ["ETH", "5", f"{MINUS}350.00"]


def test_it_says_what_selection_does_and_where_the_public_set_lives(three: ReplayedEvent) -> None:
    page = to_markdown(replay_report(three))
    assert "The liquidated accounts lacked 3,750.00 USD, each account counted once." in page
    assert "The file holds only accounts that production hit." in page
    assert "ConejoCapital/HyperReplay, non-commercial" in page
    assert three.sha256 in page
    assert "no shipped rule can charge it" in page


def test_with_a_snapshot_the_comparison_is_called_complete(tmp_path: Path) -> None:
    fills = pd.read_csv(DATA / "9-event.csv")
    first = fills.drop_duplicates(["user", "coin"])
    other = pd.DataFrame(
        {"account": ["w"], "market": ["BTC"], "quantity": [-9.0], "entry_price": [1.2e5], "cash": [1e6]}
    )
    held = pd.DataFrame(
        {
            "account": first.user,
            "market": first.coin,
            "quantity": first.position_size,
            "entry_price": first.entry_price,
            "cash": first.groupby("user").account_value_realtime.transform("first"),
        }
    )
    book = pd.concat([held, other]).rename(columns={"cash": "collateral"})
    book["mark_price"] = book.market.map(fills.groupby("coin").mark_price.first())
    page = to_markdown(replay_report(replay(DATA / "9-event.csv", RULES, book=book)))
    assert "The comparison is complete" in page
    assert "The file holds only" not in page


def test_without_marks_and_deficits_it_says_so(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda fills: fills.drop(columns=["mark_price", "liquidated_total_equity"]))
    found = replay(path, RULES)
    document = replay_report(found)
    page = to_markdown(document)
    assert "the file has no mark. Only contracts are compared." in page
    assert "the file has no liquidated\\_total\\_equity" in page
    assert cells(tables(document)["money"])["all fills, absolute"] == ["not in the file"]
    assert not re.search(r"\bnan\b", page)


def test_where_every_wave_is_dropped_there_is_a_page(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda fills: fills.assign(liquidated_total_equity=1.0))
    document = replay_report(replay(path, RULES))
    assert tuple(section.name for section in document.sections) == SECTIONS
    assert "No wave is left to compare" in to_markdown(document)


def test_hidden_ids_are_nowhere_and_shown_ones_are_text(tmp_path: Path, hostile_ids: tuple[str, ...]) -> None:
    named = dict(zip(("u1", "u2", "u3", "u4", "u5"), hostile_ids, strict=False))
    path = changed(tmp_path, lambda fills: fills.assign(user=fills.user.map(named)))
    found = replay(path, RULES)
    for text in (to_html(replay_report(found)), to_markdown(replay_report(found)), to_typst(replay_report(found))):
        plain_text = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)
        for one in ("alert(1)", "HYPERLINK", "AAAAAAAA", "\\u202ecba", "\U0001f600"):
            assert one not in plain_text
    shown = re.sub(r"<script>.*?</script>", "", to_html(replay_report(found, show_ids=True)), flags=re.DOTALL)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "\u202e" not in shown


def test_many_waves_are_a_small_page(tmp_path: Path) -> None:
    def many(fills: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([fills.assign(time=fills.time + 60_000 * wave) for wave in range(300)])

    found = replay(changed(tmp_path, many), ("queue-adl",))
    document = replay_report(found)
    assert len(found.waves) == 900
    assert len(cells(tables(document)["waves"])) == 20
    assert len(cells(tables(document)["all-waves"])) == 200
    assert len(to_html(document).encode()) < 400_000
