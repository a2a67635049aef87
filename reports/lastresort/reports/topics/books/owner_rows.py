"""One owner across policies: what those who lose most over all of them lose under each."""

import numpy as np

from lastresort.books.book import summed
from lastresort.mechanisms.contract import Floats, Ints
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.document import Cell, Column, Note, Paragraph, Section, Table, Takeaway, Tone
from lastresort.reports.notation import cents
from lastresort.reports.topics.books.largest_payers import largest

OWNERS = 5
"""Owners of the table."""

WORDS = (
    "Owners by what they lose over all policies of this page together, the most first; an owner without a name of its "
    "own in the book is its account. USD against the mark; below zero an owner gains, as where it is closed at a "
    "better price than the mark."
)


def owner_rows(report: AllocationInput) -> Section:
    """A table with a row per policy and a column per owner."""
    name, title = "owners", "One owner across policies"
    rows, losses = _found(report)
    if not len(rows):
        return Section(name, title, [Paragraph(("No owner loses anything under any policy.",))])
    low, high = losses[:, 0].min(), losses[:, 0].max()
    called = [report.owner(row) for row in rows.tolist()]
    said = f"Owner {called[0]} loses most over all policies: from {cents(low)} to {cents(high)} USD, by policy."
    columns = [Column(text, meaning=_accounts(report, row)) for text, row in zip(called, rows.tolist(), strict=True)]
    body = [one.row([_cell(value) for value in losses[place]]) for place, one in enumerate(report.applied)]
    table = Table("owners", "What each of these owners loses under each policy, USD.", columns, [("", body)])
    return Section(name, title, [Takeaway((said,)), table, Note((WORDS,))])


def _found(report: AllocationInput) -> tuple[Ints, Floats]:
    """Rows of the owners `[k]`, and what each loses, signed, under each policy `[policies, k]`."""
    book = report.found.book
    over_all = sum((one.outcome.losses for one in report.applied), start=np.zeros(len(book.account)))
    rows = largest(summed(book.owner, over_all, len(book.owners)), OWNERS)
    if not len(rows):
        return rows, np.zeros((len(report.applied), 0))
    place = np.full(len(book.owners), -1)
    place[rows] = np.arange(len(rows))
    theirs = np.flatnonzero(place[book.owner] >= 0)
    group = place[book.owner[theirs]]
    return rows, np.array([summed(group, one.taken.loss[theirs], len(rows)) for one in report.applied])


def _accounts(report: AllocationInput, row: int) -> str:
    count = len(report.accounts_of(row))
    return f"owner of {count:,} accounts" if count > 1 else ""


def _cell(value: float) -> Cell:
    tone: Tone = "" if value > 0 else "muted"
    return Cell(cents(value), tone=tone)
