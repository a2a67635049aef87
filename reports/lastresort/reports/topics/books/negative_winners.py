"""What production did that no rule can: it closed winners whose account owed."""

from lastresort.books.replaying.negative_equity import NegativeEquity
from lastresort.reports import notation
from lastresort.reports.document import Cell, Code, Column, Note, Paragraph, Row, Section, Table, Takeaway
from lastresort.reports.hidden_ids import EXPLAINED
from lastresort.reports.notation import cents
from lastresort.reports.replay_input import ReplayInput

MOST = 200
"""Closings of the table."""

COLUMNS = (
    Column("Wave"),
    Column("Coin", align="left"),
    Column("Contracts"),
    Column("Equity, USD"),
    Column("Cost, USD", meaning="what the price took from it against the mark; below zero it gained"),
    Column("Rules that close it too", align="left"),
)
WORDS = (
    "Closed by production with negative equity; no shipped rule can charge it. A rule may close it all the same where "
    "the price costs it nothing."
)


def negative_winners(report: ReplayInput) -> Section:
    """A table of closings of accounts with an equity below zero."""
    name, title, found = "negative", "What no rule can do", report.event.negative
    hidden = [] if report.ids.shown else [Note((EXPLAINED,))]
    if not found:
        said = "Every winner that production closed had an equity of its own: nothing here is out of reach of rules."
        return Section(name, title, [Paragraph((said,)), *hidden])
    accounts = len({one.account for one in found})
    times = "once" if len(found) == 1 else f"{len(found):,} times"
    said = f"Production closed {accounts:,} account{'s' * (accounts != 1)} with negative equity, {times}."
    more = f" The first {MOST} of {len(found):,}." if len(found) > MOST else ""
    rows = [Row((Code(report.account(one.account)),), _cells(one)) for one in found[:MOST]]
    caption = f"Accounts with negative equity that production closed, in the order of time.{more}"
    table = Table("negative", caption, COLUMNS, [("", rows)], "figures", "Account")
    return Section(name, title, [Takeaway((said,)), table, Note((WORDS,)), *hidden])


def _cells(one: NegativeEquity) -> list[Cell]:
    return [
        Cell(notation.MISSING if one.wave is None else str(one.wave)),
        Cell(one.coin),
        Cell(f"{one.contracts:,.10g}"),
        Cell(cents(one.equity)),
        Cell(notation.MISSING if one.cost is None else cents(one.cost)),
        Cell(notation.listed(list(one.closed_by)) if one.closed_by else "none"),
    ]
