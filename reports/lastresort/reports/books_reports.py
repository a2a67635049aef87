"""Reports on real books: which sections there are, in which order, and their files."""

from pathlib import Path

from lastresort.books.allocations import Allocations
from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.document import Document
from lastresort.reports.report_writing import KICKER, check_endings, write_document
from lastresort.reports.topics.books.allocation_answer import allocation_answer
from lastresort.reports.topics.books.book_read import book_read
from lastresort.reports.topics.books.broken_hedges import broken_hedges
from lastresort.reports.topics.books.columns_read import columns_read
from lastresort.reports.topics.books.largest_payers import largest_payers
from lastresort.reports.topics.books.lorenz_panels import lorenz_panels
from lastresort.reports.topics.books.loss_by_policy import loss_by_policy
from lastresort.reports.topics.books.owner_rows import owner_rows
from lastresort.reports.topics.books.snapshot_limits import snapshot_limits
from lastresort.reports.topics.books.typed_command import typed_command
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
        title="Who would pay: every policy on one book",
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


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
