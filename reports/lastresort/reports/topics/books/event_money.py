"""The money of an event: what was needed, what the losers lacked, and what the winners could have borne."""

from collections.abc import Iterator

from lastresort.books.replaying.event_figures import EventFigures
from lastresort.reports.document import Block, Cell, Column, Note, Row, Section, Table, Takeaway
from lastresort.reports.notation import cents
from lastresort.reports.replay_input import ReplayInput

COLUMNS = (Column("USD"),)
UNKNOWN = "not in the file"

WORDS = (
    "Needed: what the executed price took from winners against the mark. In the signed sum, a price that was better "
    "for its winner than the mark counts below zero. A loser's deficit is its equity where that is negative; it "
    "stands in every row of its fills, so a sum by row counts it again and again, and one by wave once in each of its "
    "waves; each is taken at its deepest. Capacity of a winner: max(0, min(total_unrealized_pnl, total_equity)) at its "
    "first fill, in waves that are kept."
)


def event_money(report: ReplayInput) -> Section:
    """A sentence, and the table behind it."""
    event, figures = report.event, report.event.figures
    blocks: list[Block] = []
    if figures.deficit is not None:
        again = f"; counted in every row of its fills it would be {cents(figures.deficit_by_row or 0.0)}"
        blocks.append(Takeaway((f"The losers' deficit, once per account, is {cents(figures.deficit)} USD{again}.",)))
    groups = [
        ("Needed", list(_rows(_needed(figures, event.gap_table)))),
        ("The losers' deficit", list(_rows(_deficit(figures)))),
        ("The winners", list(_rows(_winners(figures)))),
    ]
    caption = "What was needed, what losers lacked, and what winners had."
    table = Table("money", caption, COLUMNS, groups, lead="What")
    return Section("money", "Needed, deficit and capacity", [*blocks, table, Note((WORDS,))])


def _rows(lines: Iterator[tuple[str, float | None]]) -> Iterator[Row]:
    for what, amount in lines:
        yield Row((what,), [Cell(UNKNOWN, tone="muted") if amount is None else Cell(cents(amount))])


def _needed(figures: EventFigures, table: str) -> Iterator[tuple[str, float | None]]:
    yield "all fills, absolute", figures.needed
    yield "all fills, signed", figures.signed
    yield "waves that are kept, absolute", figures.kept_needed
    yield "waves that are kept, signed", figures.kept_signed
    if figures.said_needed is not None:
        yield f"all waves, as {table} says", figures.said_needed
        yield f"waves that are kept, as {table} says", figures.kept_said_needed


def _deficit(figures: EventFigures) -> Iterator[tuple[str, float | None]]:
    yield "once per account", figures.deficit
    yield "once per wave and account", figures.deficit_per_wave
    yield "by row", figures.deficit_by_row


def _winners(figures: EventFigures) -> Iterator[tuple[str, float | None]]:
    yield "closed notional", figures.notional
    yield "closed profit", figures.closed_pnl
    yield "capacity, once per account", figures.capacity
    yield "capacity, once per wave and account", figures.capacity_per_wave
