"""Whose hedges break: owners whose legs offset each other before a policy closes some of them, and do not after."""

from collections.abc import Iterator

import numpy as np

from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput, Applied
from lastresort.reports.document import Cell, Column, Note, Paragraph, Row, Section, Table, Takeaway

NAMED = 5
"""Owners whose names a row has."""

COLUMNS = (
    Column("Hedges broken"),
    Column("of hedged owners"),
    Column("Share"),
    Column("Whose", meaning=f"the first {NAMED} in the order of the book", align="left"),
)
WORDS = (
    "An owner is hedged where it has two legs or more, on all venues and in spot, and its net is within 2 % of its "
    "gross at the marks; its hedge is broken where the net is beyond 20 % of gross after the policy has closed what it "
    "closes. What the owner does about it, and what that costs, a snapshot cannot say."
)


def broken_hedges(report: AllocationInput) -> Section:
    """Numbers per policy, with the most broken in a sentence."""
    name, title = "hedges", "Whose hedges break"
    if not report.applied:
        return Section(name, title, [Paragraph(("No policy could be run.",))])
    hedged = report.applied[0].numbers["hedged"]
    if not hedged:
        said = "No owner in this book is hedged: none has two legs whose net is within 2 % of their gross."
        return Section(name, title, [Paragraph((said,))])
    body = list(_rows(report))
    table = Table("hedges", "Hedged owners whose hedge each policy breaks.", COLUMNS, [("", body)], "figures", "Policy")
    return Section(name, title, [Takeaway((_headline(report, hedged),)), table, Note((WORDS,))])


def _headline(report: AllocationInput, hedged: int) -> str:
    owners = f"{hedged:,} hedged owner{'' if hedged == 1 else 's'}"
    worst = max(report.applied, key=lambda one: one.numbers["hedges_broken"])
    most = worst.numbers["hedges_broken"]
    if not most:
        return f"No policy breaks a hedge of the {owners}."
    none = sum(not one.numbers["hedges_broken"] for one in report.applied)
    same = sum(one.numbers["hedges_broken"] == most for one in report.applied)
    others = f" and {same - 1} more" if same > 1 else ""
    return (
        f"Of {owners}, {notation.quoted(worst.key.title)}{others} breaks most: {most:,}. "
        f"{none} of {len(report.applied)} policies break none."
    )


def _rows(report: AllocationInput) -> Iterator[Row]:
    for one in report.applied:
        broken, hedged = one.numbers["hedges_broken"], one.numbers["hedged"]
        yield one.row(
            [Cell(f"{broken:,}"), Cell(f"{hedged:,}"), Cell(notation.share(broken / hedged)), Cell(_whose(report, one))]
        )


def _whose(report: AllocationInput, one: Applied) -> str:
    """The first owners whose hedge is broken, found by one of their legs."""
    if not one.numbers["hedges_broken"]:
        return notation.MISSING
    book, hedged = report.found.book, one.outcome.hedged
    broken = np.flatnonzero(hedged.broken(one.taken.moved))
    legs = [int(hedged.legs[np.argmax(hedged.owner_of_leg == place)]) for place in broken[:NAMED]]
    more = f" and {len(broken) - NAMED:,} more" if len(broken) > NAMED else ""
    return f"{', '.join(report.owner(int(book.owner[book.unit_account[book.unit[leg]]])) for leg in legs)}{more}"
