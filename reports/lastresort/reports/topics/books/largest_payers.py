"""The twenty largest payers under each policy, each as a folded table."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput, Applied
from lastresort.reports.document import Block, Cell, Code, Column, Fold, Note, Paragraph, Row, Section, Table
from lastresort.reports.hidden_ids import EXPLAINED
from lastresort.reports.notation import cents

MOST = 20
"""Payers of a table."""

BLOCKS = 1_000
"""Stretches of a long column whose highest values are looked at first."""

COLUMNS = (
    Column("Loses, USD"),
    Column("of it charged, USD"),
    Column("Share of the users' loss"),
    Column("Equity before, USD"),
    Column("Loss over equity"),
)


def largest_payers(report: AllocationInput) -> Section:
    """A fold per policy, and how ids are written."""
    paying = [one for one in report.applied if one.numbers["payers"]]
    blocks: list[Block] = [Fold((_summary(one),), [_table(report, one)]) for one in paying]
    if not paying:
        blocks.append(Paragraph(("No account pays under any policy that could be run on this book.",)))
    if not report.ids.shown:
        blocks.append(Note((EXPLAINED,)))
    return Section("payers", "The largest payers", blocks)


def _summary(one: Applied) -> str:
    count = one.numbers["payers"]
    payers = "1 payer" if count == 1 else f"{count:,} payers"
    return f"{one.key.title}: {payers}, the first bears {notation.share(one.numbers['top_share'])} of the users' loss"


def _table(report: AllocationInput, one: Applied) -> Table:
    losses = one.outcome.losses
    total = losses.sum()
    first = largest(losses)
    body = [
        Row(
            (Code(report.account(row)),),
            [
                Cell(cents(losses[row])),
                Cell(cents(one.taken.charged[row])),
                Cell(f"{100 * losses[row] / total:.2f} %"),
                Cell(cents(one.outcome.equity[row])),
                Cell(f"{100 * one.outcome.burden[row]:.4f} %"),
            ],
            policy=one.key.name,
        )
        for row in first.tolist()
    ]
    which = (
        f"The {len(first)} largest of {len(np.flatnonzero(losses)):,} payers" if len(first) == MOST else "All payers"
    )
    return Table(
        f"payers-{one.key.place + 1}", f"{which} under “{one.key.title}”.", COLUMNS, [("", body)], "figures", "Account"
    )


def largest(values: Floats, most: int = MOST) -> Ints:
    """Rows of the largest values above 0, at most so many, the largest first and equal ones in their order."""
    some = np.flatnonzero((values > 0) & (values >= _bound(values, most)))
    return np.asarray(some[np.argsort(-values[some], kind="stable")[:most]])


def _bound(values: Floats, most: int) -> float:
    """What none of the largest values is below: that many stretches of the column hold one as large."""
    if len(values) < BLOCKS:
        return 0.0
    highest = np.maximum.reduceat(values, np.arange(0, len(values), len(values) // BLOCKS))
    return float(np.sort(highest)[-most])
