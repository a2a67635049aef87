"""The report on a book: whole, the same twice, exact, silent about ids, and there for every book."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lastresort.books.allocating import Stress
from lastresort.books.allocations import Allocations
from lastresort.books.book import BadRow, Book
from lastresort.books.lorenz_curve import MOST, LorenzCurve
from lastresort.plugins.errors import InputError
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.books_reports import allocation_page, allocation_report, write_allocation_report
from lastresort.reports.document import Block, Document, FigureBlock, Fold, Listing, Row, Table, plain
from lastresort.reports.hidden_ids import HiddenIds
from lastresort.reports.notation import MISSING
from lastresort.reports.topics.books.largest_payers import largest
from lastresort.reports.topics.books.loss_by_policy import bar_of
from lastresort.reports.writers import to_html, to_markdown, to_typst
from lastresort.scores.measures.concentration import gini_of_curve, relative_gini

SECTIONS = ("answer", "losses", "lorenz", "payers", "owners", "hedges", "columns", "book", "limits", "command")
CHECKS = ("queue-adl", "pro-rata-adl", "capped-pro-rata(hbar=0.05,floor=0)", "hyperliquid-adl", "global-haircut")
DIGITS = re.compile(r"[0-9a-f]{10}")

Books = Mapping[str, Callable[..., Book]]
Allocate = Callable[..., Allocations]


def blocks(document: Document, section: str = "") -> list[Block]:
    """All blocks of a section, or of the whole, those that are folded away among them."""

    def unfolded(found: Any) -> Iterator[Block]:
        for block in found:
            yield block
            if isinstance(block, Fold):
                yield from unfolded(block.blocks)

    return [one for part in document.sections if section in ("", part.name) for one in unfolded(part.blocks)]


def tables(document: Document) -> dict[str, Table]:
    return {block.name: block for block in blocks(document) if isinstance(block, Table)}


def rows(table: Table) -> dict[str, Row]:
    """Rows of a table, by policy or else by header."""
    return {row.policy or plain(row.header): row for _, members in table.groups for row in members}


def words(document: Document, section: str) -> str:
    """What a section says outside its tables and figures."""
    found = next(part for part in document.sections if part.name == section)
    return to_markdown(replace(document, sections=[replace(found, blocks=[b for b in found.blocks if _is_prose(b)])]))


def _is_prose(block: Block) -> bool:
    return not isinstance(block, Table | FigureBlock | Fold)


def test_it_has_its_sections_in_order_and_everything_in_it_has_a_name(core: Allocations) -> None:
    document = allocation_report(core)
    assert tuple(section.name for section in document.sections) == SECTIONS
    figures = [block for block in blocks(document) if isinstance(block, FigureBlock)]
    assert [figure.name for figure in figures] == ["loss-by-policy", "lorenz-curves"]
    assert all(figure.alt and figure.caption and figure.standalone for figure in figures)
    assert all(table.name and table.caption for table in tables(document).values())
    assert {name for name, _ in document.policies} == {one.name for one in core.outcomes}
    assert allocation_page(core) == to_html(document)


def test_it_is_the_same_twice_in_every_format(allocate: Allocate, tmp_path: Path) -> None:
    for file in ("a.html", "a.md", "a.pdf"):
        first, second = tmp_path / "1" / file, tmp_path / "2" / file
        for path in (first, second):
            path.parent.mkdir(exist_ok=True)
            write_allocation_report(allocate(stress=Stress(fund=1000.0)), path)
        assert first.read_bytes() == second.read_bytes()
    assert {path.name for path in (tmp_path / "1" / "figures").iterdir()} == {"loss-by-policy.svg", "lorenz-curves.svg"}


def test_another_ending_is_refused(core: Allocations, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found the ending '\.txt'; allowed: \.html, \.md"):
        write_allocation_report(core, tmp_path / "report.txt")
    assert not list(tmp_path.iterdir())


def test_numbers_are_those_of_the_worked_checks(allocate: Allocate) -> None:
    found = tables(allocation_report(allocate(words=CHECKS), show_ids=True))
    titles = [column.title for column in found["policies"].columns]
    told = {
        name: dict(zip(titles, [cell.value for cell in row.cells], strict=True))
        for name, row in rows(found["policies"]).items()
    }
    assert told["queue-adl"]["Gini asked"] == "0.727113"
    assert told["queue-adl"]["Largest burden"] == "10.0000 %"
    assert told["queue-adl"]["Hoover all"] == "0.889590"
    assert told["capped-pro-rata(hbar=0.05,floor=0)"]["Unpaid"] == "100.00"
    assert told["hyperliquid-adl"]["Gini all"] == "no loss"
    worst = rows(found["policies"])["queue-adl"].cells[titles.index("Largest burden")]
    assert worst.detail == "C"
    payers = {name: [cell.value for cell in row.cells[:1]] for name, row in _headers(found["payers-1"]).items()}
    assert payers == {"A": ["3,500.00"], "C": ["500.00"]}
    owner = rows(found["owners"])["global-haircut"]
    assert [column.title for column in found["owners"].columns][:1] == ["A"]
    assert owner.cells[0].value == "420.61"


def _headers(table: Table) -> dict[str, Row]:
    return {plain(row.header): row for _, members in table.groups for row in members}


def test_who_leaves_dollars_unpaid_is_named_and_never_called_best(allocate: Allocate) -> None:
    answer = words(allocation_report(allocate(words=CHECKS)), "answer")
    cover, hardest = (line for line in answer.splitlines() if "beyond the loss, under" in line or "hit hardest" in line)
    for name in ("capped-pro-rata", "hyperliquid-adl"):
        assert name not in cover
        assert name not in hardest
    assert "3 of 5 policies" in cover
    assert "0.4206 % of its equity, under “global-haircut”" in hardest
    assert "most, 10 %, under “queue-adl”" in hardest
    assert "Left unpaid, USD: “hyperliquid-adl” 4,000.00 and “capped-pro-rata(hbar=0.05,floor=0)” 100.00." in answer
    assert "interval" in answer


def test_where_no_policy_covers_the_loss_it_says_so(allocate: Allocate) -> None:
    found = allocate(words=["hyperliquid-adl", "capped-pro-rata(hbar=0.05,floor=0)"])
    answer = words(allocation_report(found), "answer")
    assert "No policy covers the loss to the cent." in answer
    assert "The fewest dollars, 100.00 USD, are left unpaid under “capped" in answer
    assert "hit hardest" not in answer


def test_a_policy_that_needs_a_column_says_which(allocate: Allocate) -> None:
    document = allocation_report(allocate(words=["queue-adl", "binance", "hyperliquid"]))
    assert "Not applicable, needs maintenance: “Binance USD-M futures”." in words(document, "answer")
    columns = tables(document)["columns"]
    place = {column.title: number for number, column in enumerate(columns.columns)}
    told = rows(columns)
    assert told["binance"].cells[place["maintenance"]].value == "missing"
    assert told["hyperliquid"].cells[place["previous_mark"]].value == "the mark"
    assert "median-mark" in told["hyperliquid"].cells[-1].value
    assert [cell.value for cell in rows(tables(document)["policies"])["binance"].cells] == [MISSING] * 16


def test_yardsticks_are_never_compared(core: Allocations) -> None:
    answer = words(allocation_report(core), "answer")
    assert "Yardsticks with outside money, which no venue could run: “Outside money pays (reference)”" in answer
    assert "all 4 policies" in answer


def test_bars_add_up_to_the_loss_and_what_is_taken_beyond_it(allocate: Allocate) -> None:
    found = allocate(words=["all"], stress=Stress(fund=1500.0))
    for one in AllocationInput.of(found, False).applied:
        bar = bar_of(one)
        assert sum(bar.parts.values()) == pytest.approx(found.lost + bar.overshoot, abs=1e-4), one.key.name


# -- ids ----------------------------------------------------------------------------------------------------------


def test_hidden_ids_are_nowhere_in_any_format(allocate: Allocate, books: Books, hostile_ids: tuple[str, ...]) -> None:
    command = "lastresort allocate --account 'secret one' --owner='secret two' book.csv"
    found = allocate(books["hostile"](), ["all"], Stress(fund=1000.0), command)
    document = allocation_report(found)
    for text in (to_html(document), to_markdown(document), to_typst(document)):
        body = html.unescape(re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL))
        for one in (*hostile_ids, "secret one", "secret two", "HYPERLINK", "AAAAAAAA", "alert(1)", "7*7"):
            assert one not in body
    (listing,) = (block.text for block in blocks(document) if isinstance(block, Listing))
    assert listing == "lastresort allocate --account hidden --owner=hidden book.csv"
    payers = _headers(tables(document)["payers-10"])
    assert payers
    assert all(DIGITS.fullmatch(name) for name in payers)


def test_shown_ids_are_text_in_every_format(allocate: Allocate, books: Books, hostile_ids: tuple[str, ...]) -> None:
    document = allocation_report(allocate(books["hostile"](), ["global-haircut"]), show_ids=True)
    page = re.sub(r"<script>.*?</script>", "", to_html(document), flags=re.DOTALL)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert "\\u202ecba" in page
    assert "\U0001f600 &amp;" in page
    assert "=HYPERLINK(&#34;http://x&#34;)" in page
    assert "<script>alert" not in re.sub(r"`[^`]*`", "", to_markdown(document))


def test_a_hash_depends_on_the_book_and_not_on_the_order_of_rows_or_the_mark(books: Books) -> None:
    rows = [("a", 1.0, 100_000.0, 50_000.0), ("b", -1.0, 100_000.0, 70_000.0), ("c", 0.5, 99_000.0, 10_000.0)]
    first = HiddenIds.of_book(books["of"](rows), False)
    assert HiddenIds.of_book(books["of"](rows[::-1]), False) == first
    assert HiddenIds.of_book(books["of"](rows).at(BTC=90_000.0), False) == first
    other = HiddenIds.of_book(books["of"]([*rows[:2], ("c", 0.5, 99_000.0, 10_001.0)]), False)
    assert first.account("venue", "a") != other.account("venue", "a")
    assert first.account("venue", "a") != first.account("elsewhere", "a")
    assert DIGITS.fullmatch(first.account("venue", "a"))
    assert HiddenIds.of_book(books["of"](rows), True).account("venue", "a") == "a"


def test_an_owner_of_one_account_is_called_as_that_account(allocate: Allocate) -> None:
    found = tables(allocation_report(allocate(words=["queue-adl"])))
    assert found["owners"].columns[0].title in _headers(found["payers-1"])


def test_what_rejected_rows_hold_is_told_only_with_ids(allocate: Allocate, books: Books) -> None:
    reasons = (
        "b.csv, row 3, column 'quantity': found 'secret; allowed'; allowed: a number",
        "b.csv, row 9: found 'secret'",
    )
    dropped = tuple(BadRow(3 + row, reason) for row, reason in enumerate(reasons))
    book = books["eight"]()
    told = replace(book, reading=replace(book.reading, dropped=dropped, flat=("PEPE", "PEPE", "ETH")))
    document = allocation_report(allocate(told, ["queue-adl"]))
    page = to_html(document)
    assert "secret" not in page
    assert "column &#39;quantity&#39;: found what --show-ids tells; allowed: a number" in page
    assert page.count("secret") < to_html(allocation_report(allocate(told, ["queue-adl"]), True)).count("secret")
    assert [cell.value for cell in rows(tables(document)["flat"])["PEPE"].cells] == ["2"]


# -- every book ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("positions", "words_", "stress"),
    [
        ([("a", 1.0, 100_000.0, 50_000.0), ("b", -1.0, 100_000.0, 70_000.0)], (), Stress()),
        ([("a", 1.0, 120_000.0, 1_000.0)], (), Stress()),
        ([("a", 1.0, 120_000.0, 1_000.0)], ("queue-adl",), Stress()),
        ([("a", 1.0, 100_000.0, 50_000.0)], ("binance", "okx"), Stress()),
        ([("a", 1.0, 120_000.0, 1_000.0), ("b", -1.0, 100_000.0, 70_000.0)], ("binance", "okx"), Stress(fund=1e9)),
        ([("a", 8.0, 120_000.0, 92_000.0), ("b", -8.0, 1e-3, 1e12)], ("all",), Stress(fund=0.5)),
    ],
    ids=[
        "no loss",
        "one account",
        "one account, one policy",
        "nothing applies, no loss",
        "nothing applies",
        "extremes",
    ],
)
def test_there_is_a_page_for_every_book(
    allocate: Allocate, books: Books, positions: Any, words_: Any, stress: Stress
) -> None:
    document = allocation_report(allocate(books["of"](positions), words_, stress))
    assert tuple(section.name for section in document.sections) == SECTIONS
    for text in (to_html(document), to_markdown(document), to_typst(document)):
        assert not re.search(r"\b(nan|inf)\b", re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL))


def test_ninety_policies_make_a_page_that_can_be_sent(allocate: Allocate) -> None:
    found = allocate(words=["all"])
    assert len(found.outcomes) > 90
    assert len(allocation_page(found).encode()) < 900_000


def test_a_page_does_not_grow_with_the_accounts(allocate: Allocate, books: Books) -> None:
    random = np.random.default_rng(5)
    held = random.lognormal(0, 1.5, 20_000)
    worth = 108_000.0 * held * random.uniform(-0.01, 0.5, 20_000)
    sides = np.repeat([1.0, -1.0], 10_000)
    entries = 108_000.0 * random.lognormal(0, 0.05, 20_000)
    cash = worth - sides * held * (108_000.0 - entries)
    names = [f"a{row}" for row in range(20_000)]
    found = allocate(books["of"](list(zip(names, sides * held, entries, cash, strict=True))))
    page = allocation_page(found)
    assert found.outcomes[-2].measures["payers"] > 4_000
    assert len(page.encode()) < 250_000


def test_broken_hedges_are_counted_and_named(allocate: Allocate) -> None:
    import pandas as pd

    legs = [
        ("L", "BTC", 8.0, 120_000.0, 108_000.0, 92_000.0),
        ("H", "BTC", -10.0, 112_000.0, 108_000.0, 60_000.0),
        ("H", "ETH", 270.0, 4_000.0, 4_000.0, 60_000.0),
        ("M", "ETH", -270.0, 4_000.0, 4_000.0, 900_000.0),
    ]
    columns = ["account", "market", "quantity", "entry_price", "mark_price", "collateral"]
    book = Book.from_frame(pd.DataFrame(legs, columns=columns))
    document = allocation_report(allocate(book, ["queue-adl", "global-haircut"]), show_ids=True)
    told = {name: [cell.value for cell in row.cells] for name, row in rows(tables(document)["hedges"]).items()}
    assert told == {"queue-adl": ["1", "1", "100 %", "H"], "global-haircut": ["0", "1", "0 %", MISSING]}
    assert "Of 1 hedged owner, “queue-adl” breaks most: 1. 1 of 2 policies break none." in words(document, "hedges")


# -- curves and columns -------------------------------------------------------------------------------------------

AMOUNTS = arrays(np.float64, st.integers(1, 3000), elements=st.floats(0.01, 1e9))


@given(AMOUNTS, st.randoms())
def test_a_curve_is_thinned_exact_at_its_ends_and_near_between(equity: Any, random: Any) -> None:
    loss = np.array([random.random() ** 5 for _ in equity])
    loss[0] += 1.0
    curve = LorenzCurve.of(loss, equity)
    assert len(curve.equity) <= MOST
    assert (curve.equity[0], curve.loss[0]) == (0.0, 0.0)
    assert curve.equity[-1] == curve.loss[-1] == 1.0
    assert curve.gini == relative_gini(loss, equity)
    assert gini_of_curve(curve.equity, curve.loss) == pytest.approx(curve.gini, abs=0.02)


@given(
    arrays(np.float64, st.integers(1, 5000), elements=st.sampled_from([0.0, -1.0, 1.0, 2.0, 3.5])), st.integers(1, 30)
)
def test_the_largest_are_the_first_of_a_stable_order(values: Any, most: int) -> None:
    every = np.argsort(-values, kind="stable")
    assert largest(values, most).tolist() == [row for row in every.tolist() if values[row] > 0][:most]
