"""The book: what it holds and how it came about, what is lost in it, and rows that became no position."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.document import Block, Bullets, Cell, Code, Column, Fold, Heading, Row, Section, Table
from lastresort.reports.notation import cents

MOST = 200
"""Rows of a table of rows or of positions taken over; the others are counted."""

TAKEN = (Column("Market", align="left"), Column("Contracts"), Column("Bankruptcy price, USD"), Column("Lacks, USD"))
DROPPED = (Column("Why", align="left"),)
FLAT = (Column("Rows"),)


def book_read(report: AllocationInput) -> Section:
    """Lines, what the engine takes over, rows left out with their reasons, and flat rows."""
    blocks: list[Block] = [Bullets([(line,) for line in _lines(report)])]
    if report.found.takeovers:
        blocks += [Heading(("What the engine takes over",)), _taken_over(report)]
    blocks += [Fold((summary,), [table]) for summary, table in _left_out(report)]
    return Section("book", "The book", blocks)


def _lines(report: AllocationInput) -> list[str]:
    """The lines that the terminal prints, with ids as this page has them."""
    book = report.found.book
    dropped = tuple(replace(one, reason=report.ids.reason(one.reason)) for one in book.reading.dropped)
    told = replace(book, reading=replace(book.reading, dropped=dropped))
    return [*told.summary(), *report.found.losses(report.account)]


def _taken_over(report: AllocationInput) -> Table:
    takeovers, book = report.found.takeovers, report.found.book
    body = [
        Row(
            (Code(report.account(one.account)) if one.account >= 0 else "from outside",),
            [
                Cell(str(book.full_names[one.market])),
                Cell(f"{one.contracts:+,.10g}".replace("-", notation.MINUS) if one.contracts else "none"),
                Cell(cents(one.price) if one.contracts else notation.MISSING),
                Cell(cents(one.lacks)),
            ],
        )
        for one in takeovers[:MOST]
    ]
    caption = f"Positions that the engine takes over, and what is lost with each.{_more(len(takeovers))}"
    return Table("taken-over", caption, TAKEN, [("", body)], "figures", "Account")


def _left_out(report: AllocationInput) -> Iterator[tuple[str, Table]]:
    reading = report.found.book.reading
    if reading.dropped:
        body = [Row((f"row {one.row:,}",), [Cell(report.ids.reason(one.reason))]) for one in reading.dropped[:MOST]]
        caption = f"Rows that were left out, and why.{_more(len(reading.dropped))}"
        yield f"{len(reading.dropped):,} rejected rows", Table("dropped", caption, DROPPED, [("", body)], "text", "Row")
    if reading.flat:
        counted = sorted(Counter(reading.flat).items(), key=lambda pair: (-pair[1], pair[0]))
        flat = [Row((name,), [Cell(f"{count:,}")]) for name, count in counted[:MOST]]
        caption = f"Rows that hold nothing, by market.{_more(len(counted))}"
        yield f"{len(reading.flat):,} flat rows", Table("flat", caption, FLAT, [("", flat)], "figures", "Market")


def _more(count: int) -> str:
    return f" The first {MOST} of {count:,}." if count > MOST else ""
