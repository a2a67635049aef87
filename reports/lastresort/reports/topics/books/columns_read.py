"""Which columns of the book each policy reads, which of them stand for the mark, and which stages stay silent."""

from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput, policy_row
from lastresort.reports.document import Cell, Column, Note, Paragraph, Prose, Section, Table

SILENT = Column("Stages not asked", meaning="they act on prices, orders or margins", align="left")
INSTEAD = {"lot": "next to nothing"}
"""What stands for a column that the book does not have, where it is not the mark."""

NARROW = 3
"""Columns from which on each is narrow."""

WORDS: Prose = (
    "Every policy reads accounts, positions, entry prices, marks and equity. Used: a further column of the book that a "
    "rule has read. The mark: the book has no such column, and the mark stands for it. Missing: a rule needs the "
    "column, so the policy is not applicable to this book; add the column and run the command again. Stages not "
    "asked answer no question about losses: a snapshot has no prices to move and no orders to match.",
)


def columns_read(report: AllocationInput) -> Section:
    """A table of policies and columns."""
    outcomes = report.found.outcomes
    names = list(dict.fromkeys(name for one in outcomes for name in (*one.used, *one.defaulted, *one.needs)))
    if not outcomes:
        return Section("columns", "Columns used", [Paragraph(("No policy was asked for.",))])
    columns = [*(Column(name, "Columns of the book", align="left") for name in names), SILENT]
    pairs = zip(report.keys, outcomes, strict=True)
    body = [policy_row(key, [*(_cell(one, name) for name in names), _silent(one)]) for key, one in pairs]
    caption = "Columns that each policy reads besides positions, entry prices, marks and equity, and stages not asked."
    said: Prose = () if names else ("No policy reads a further column of this book.",)
    table = Table("columns", caption, columns, [("", body)], "wide" if len(names) > NARROW else "text", "Policy")
    return Section(
        "columns", "Columns used, and stages not asked", [*([Paragraph(said)] if said else []), table, Note(WORDS)]
    )


def _cell(one: PolicyOutcome, name: str) -> Cell:
    if name in one.needs:
        return Cell("missing", tone="bad")
    if name in one.defaulted:
        return Cell(INSTEAD.get(name, "the mark"), tone="muted")
    return Cell("used") if name in one.used else Cell("")


def _silent(one: PolicyOutcome) -> Cell:
    return Cell(", ".join(one.silent) or notation.MISSING)
