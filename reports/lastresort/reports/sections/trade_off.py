"""Both headline scores at once, and who is dominated by nobody."""

from lastresort.reports import notation, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Paragraph, Section, Table
from lastresort.reports.sections.ranking import by_centralization, policy_row


def trade_off(chapter: Chapter) -> Section:
    """Figure, and the probability that no other policy is at least as good on both scores."""
    if not chapter.contenders:
        blocks: list[Block] = [Paragraph(("No contender took part.",))]
    else:
        blocks = [plates.pareto(chapter), _table(chapter)]
    return Section(chapter.anchor("both-scores"), "Both scores at once", blocks)


def _table(chapter: Chapter) -> Table:
    chances = chapter.comparison.pareto
    rows = [
        policy_row(policy, [Cell(notation.percent(chances[policy.name], 0))]) for policy in by_centralization(chapter)
    ]
    caption = "How often, over resampled seeds, no other policy was at least as good on both scores and better on one."
    return Table(chapter.anchor("undominated"), caption, [Column("Not dominated")], [("", rows)])
