"""Who absorbed the loss: every layer of the waterfall, in the order in which they pay."""

from lastresort.reports import cells, plates
from lastresort.reports.bands import Spread
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Cell, Column, Note, Section, Table
from lastresort.reports.figures.waterfall import PAYERS, payers
from lastresort.reports.payments import payments
from lastresort.reports.sections.ranking import policy_row

WORDS = (
    "Haircut: what users closed by auto-deleveraging lost against the mark, net of what others gained that way. "
    "Charge: cash taken from users who keep their positions. Default fund: members' contributions. A vault's part is "
    "what its cash paid; what it won or lost on positions it took over is not in it. Unpaid: loss that nobody had "
    "paid by the end of the run."
)


def absorption(chapter: Chapter) -> Section:
    """Figure and table of who paid."""
    spreads = {policy.name: payments(chapter, policy.name) for policy in chapter.policies}
    paid = payers(spreads.values())
    columns = [*(Column(PAYERS[name][0]) for name in paid), Column("Deficit")]
    rows = [
        policy_row(policy, [_cell(spreads[policy.name][name]) for name in (*paid, "deficit")])
        for policy in chapter.policies
    ]
    caption = "Loss absorption, $ B: median over seeds, with the range from the lowest to the highest seed."
    table = Table(chapter.anchor("absorption-table"), caption, columns, [("", rows)])
    return Section(
        chapter.anchor("absorption"), "Who absorbed the loss", [plates.waterfall(chapter), table, Note((WORDS,))]
    )


def _cell(spread: Spread) -> Cell:
    return cells.ranged(spread.median, spread.low, spread.high, cells.BILLION, 3)
