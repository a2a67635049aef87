"""Where an event comes from: its file, the public set and its licence, and what is odd in such files."""

from collections.abc import Iterator

from lastresort.books.replaying.adl_fills import PUBLIC_SET
from lastresort.reports.document import Block, Bullets, Cell, Code, Column, Heading, Prose, Row, Section, Table
from lastresort.reports.replay_input import ReplayInput

QUIRKS: tuple[Prose, ...] = (
    (
        Code("account_value_realtime"),
        " is cash, and stands still while its owner's fills are booked: equity is read from ",
        Code("total_equity"),
        ", of an account's first fill in the wave.",
    ),
    (Code("leverage_realtime"), " is 0 where cash is not positive, and is not used."),
    (Code("pnl_percent"), " is over the current notional, not over what was put in, and is not used."),
)


def event_source(report: ReplayInput) -> Section:
    """The files by their SHA-256, where the public set lives, and quirks."""
    event = report.event
    files = [(event.path, event.sha256), *([(event.gap_table, event.gap_table_sha256)] if event.gap_table else [])]
    rows = [Row((path,), [Cell(sha256)]) for path, sha256 in files]
    caption = "Files that were read: compare with the version you mean."
    blocks: list[Block] = [
        Table("files", caption, [Column("SHA-256", align="left")], [("", rows)], "text", "File"),
        Bullets([(f"{line[:1].upper()}{line[1:]}.",) for line in PUBLIC_SET]),
        Heading(("Quirks of such files",)),
        Bullets([*QUIRKS, *_notes(report)]),
    ]
    return Section("source", "The file", blocks)


def _notes(report: ReplayInput) -> Iterator[Prose]:
    if not report.event.marked:
        yield ("This file has no mark: what was needed is not known, and only contracts are compared.",)
    if not report.event.deficits_known:
        yield ("This file has no liquidated_total_equity: what the losers lacked is not known.",)
    yield from ((f"{note}.",) for note in report.event.notes)
