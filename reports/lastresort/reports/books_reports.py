"""Reports on real books: which sections there are, in which order, and their files."""

from pathlib import Path

from lastresort.books.allocations import Allocations
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.document import Document
from lastresort.reports.replay_input import ReplayInput
from lastresort.reports.report_writing import KICKER, check_endings, write_document
from lastresort.reports.topics.books.allocation_answer import allocation_answer
from lastresort.reports.topics.books.book_read import book_read
from lastresort.reports.topics.books.broken_hedges import broken_hedges
from lastresort.reports.topics.books.columns_read import columns_read
from lastresort.reports.topics.books.event_money import event_money
from lastresort.reports.topics.books.event_source import event_source
from lastresort.reports.topics.books.largest_payers import largest_payers
from lastresort.reports.topics.books.lorenz_panels import lorenz_panels
from lastresort.reports.topics.books.loss_by_policy import loss_by_policy
from lastresort.reports.topics.books.negative_winners import negative_winners
from lastresort.reports.topics.books.owner_rows import owner_rows
from lastresort.reports.topics.books.production_agreement import production_agreement
from lastresort.reports.topics.books.replay_answer import replay_answer
from lastresort.reports.topics.books.snapshot_limits import snapshot_limits
from lastresort.reports.topics.books.typed_command import typed_command
from lastresort.reports.topics.books.wave_table import wave_table
from lastresort.reports.writers import to_html

SOURCES = 3
"""Files of a book that the subtitle names."""


def allocation_report(found: Allocations, show_ids: bool = False) -> Document:
    """Write a report on policies on a book, without a format; ids are hidden unless they are to be shown."""
    report = AllocationInput.of(found, show_ids)
    written = (
        *(topic(report) for topic in OF_ALLOCATION),
        snapshot_limits(),
        typed_command(found.command, report.ids.command(found.command)),
    )
    return Document(
        kicker=KICKER,
        title="Who would pay, by policy",
        subtitle=(_subtitle(found),),
        sections=written,
        policies=[(key.name, key.title) for key in report.keys],
    )


def allocation_page(found: Allocations, show_ids: bool = False) -> str:
    """Write the report on a book as one HTML page."""
    return to_html(allocation_report(found, show_ids))


def write_allocation_report(found: Allocations, file: Path, show_ids: bool = False) -> None:
    """Write the report on a book as .html, .md or .pdf; InputError for another ending."""
    check_endings([file])
    write_document(allocation_report(found, show_ids), file)


def replay_report(found: ReplayedEvent, show_ids: bool = False, command: str = "") -> Document:
    """Write a report on a replayed event, without a format; ids are hidden unless they are to be shown."""
    report = ReplayInput.of(found, show_ids, command)
    written = (*(topic(report) for topic in OF_REPLAY), typed_command(command, report.ids.command(command)))
    return Document(
        kicker=KICKER,
        title="A real deleveraging, replayed",
        subtitle=(_event_subtitle(found),),
        sections=written,
        policies=[(key.name, key.title) for key in report.keys],
    )


def replay_page(found: ReplayedEvent, show_ids: bool = False, command: str = "") -> str:
    """Write the report on an event as one HTML page."""
    return to_html(replay_report(found, show_ids, command))


def write_replay_report(found: ReplayedEvent, file: Path, show_ids: bool = False, command: str = "") -> None:
    """Write the report on an event as .html, .md or .pdf; InputError for another ending."""
    check_endings([file])
    write_document(replay_report(found, show_ids, command), file)


OF_ALLOCATION = (
    allocation_answer,
    loss_by_policy,
    lorenz_panels,
    largest_payers,
    owner_rows,
    broken_hedges,
    columns_read,
    book_read,
)
"""Topics of a report on a book, in their order."""

OF_REPLAY = (replay_answer, event_money, wave_table, production_agreement, negative_winners, event_source)
"""Topics of a report on an event, in their order."""


def _subtitle(found: Allocations) -> str:
    book = found.book
    names = [Path(source).name for source in book.reading.sources]
    more = [f"{len(names) - SOURCES} more files"] if len(names) > SOURCES else []
    said = [
        *([notation.listed([*names[:SOURCES], *more])] if names else []),
        _counted(len(book.account), "account"),
        _counted(len(book.unit), "position"),
        _counted(len(book.markets.name), "market"),
        _counted(len(found.outcomes), "policy", "policies"),
    ]
    return " · ".join(said)


def _event_subtitle(found: ReplayedEvent) -> str:
    figures = found.figures
    said = [
        Path(found.path).name,
        f"SHA-256 {found.sha256[:12]}",
        _counted(figures.fills, "fill"),
        _counted(len(found.waves), "wave"),
        _counted(len(found.rules), "rule"),
        *(["with a full snapshot"] if found.complete else []),
    ]
    return " · ".join(said)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
