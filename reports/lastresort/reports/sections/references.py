"""Does the rule amplify the crash? Excess drawdown against both reference runs."""

from lastresort.reports import cells, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Paragraph, Section, Strong, Table
from lastresort.reports.drawdowns import Differences
from lastresort.reports.sections.ranking import policy_row


def references(chapter: Chapter) -> Section:
    """What the answer is measured against, and the answer."""
    found = chapter.drawdowns
    blocks: list[Block] = [Paragraph(_words(chapter))]
    if chapter.contenders and found:
        blocks.append(plates.references(chapter))
    blocks.append(_table(chapter, found))
    return Section(chapter.anchor("references"), "Does the rule amplify the crash?", blocks)


def _words(chapter: Chapter) -> tuple[str | Strong, ...]:
    only = (
        f" Only “{chapter.references[0].title}” took part in this comparison." if len(chapter.references) == 1 else ""
    )
    return (
        "The answer depends on what it is compared with, so there are two yardsticks, and scores are taken against the "
        "first. Under the ",
        Strong("deep pocket"),
        " an unlimited outside backstop pays every residual loss, while the engine still sells what it seized into the "
        "book. Under the ",
        Strong("warehouse"),
        f" the backstop also holds the seized positions to the end, so liquidations press on no book.{only}",
    )


def _table(chapter: Chapter, found: Differences) -> Table:
    columns = [
        *(Column(title) for title in ("Excess drawdown, %", "Liquidated, $ B", "Deficit, $ B", "Backstop paid, $ B")),
        *(Column(f"Deeper than {name}, points") for name in found),
    ]
    rows = [
        policy_row(policy, [*_crash(chapter, policy.name), *_deeper(policy.name, found)]) for policy in chapter.policies
    ]
    caption = "How deep the crash was, and how much deeper than under each reference; means over seeds, 95 % intervals."
    return Table(chapter.anchor("falls"), caption, columns, [("", rows)])


def _crash(chapter: Chapter, name: str) -> list[Cell]:
    scores = chapter.comparison.estimates[name]
    money = (("liquidated", 1), ("deficit", 2), ("backstop_paid", 2))
    return [
        cells.scaled(scores["excess_drawdown"], 0.01, 1),
        *(cells.scaled(scores[score], cells.BILLION, digits) for score, digits in money),
    ]


def _deeper(name: str, found: Differences) -> list[Cell]:
    return [cells.scaled(one[name], 0.01, 1, sign=True) if name in one else cells.NOTHING for one in found.values()]
