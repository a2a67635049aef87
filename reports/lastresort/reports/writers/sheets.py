"""Which blocks of a section are set on upright pages and which on pages on their side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lastresort.reports.document import Block, Caution, Fold, Heading, Note, Paragraph, Table, Takeaway, plain
from lastresort.reports.writers.widths import fit

COMPANY = 1200
"""Letters of prose that may go with a wide table onto its page, before it and after it."""


@dataclass(slots=True)
class Sheet:
    """Blocks that follow one another on pages of one orientation."""

    sideways: bool
    blocks: list[Block] = field(default_factory=list)


def sheets(blocks: Sequence[Block]) -> list[Sheet]:
    """Return blocks by orientation of page; the words around a wide table go with it."""
    found = [Sheet(sideways=False)]
    for block in blocks:
        sheet = found[-1]
        if _is_wide(block) and not sheet.sideways:
            found.append(Sheet(sideways=True, blocks=[*_lead_in(sheet.blocks), block]))
        elif sheet.sideways and not _is_wide(block) and not _follows(block, sheet.blocks):
            found.append(Sheet(sideways=False, blocks=[*_headings(sheet.blocks), block]))
        else:
            sheet.blocks.append(block)
    return [sheet for sheet in found if sheet.blocks]


def _is_wide(block: Block) -> bool:
    if isinstance(block, Fold):
        return any(_is_wide(inner) for inner in block.blocks)
    return isinstance(block, Table) and fit(block).sideways


def _lead_in(blocks: list[Block]) -> list[Block]:
    """Take the words just before a wide table from the page before it."""
    taken: list[Block] = []
    while blocks and (_letters(blocks[-1]) or COMPANY) + sum(map(_letters, taken)) < COMPANY:
        taken.insert(0, blocks.pop())
    return taken


def _headings(blocks: list[Block]) -> list[Block]:
    """Take the headings that would be left alone at the foot of a page."""
    taken: list[Block] = []
    while blocks and isinstance(blocks[-1], Heading):
        taken.insert(0, blocks.pop())
    return taken


def _follows(block: Block, before: Sequence[Block]) -> bool:
    """Whether a block says something of the wide table just before it, or introduces the next."""
    since = 0
    for earlier in reversed(before):
        if _is_wide(earlier):
            break
        since += _letters(earlier)
    return 0 < _letters(block) < COMPANY - since


def _letters(block: Block) -> int:
    """Letters of prose in a block; 0 for what is not prose."""
    match block:
        case Paragraph() | Takeaway() | Note() | Caution():
            return len(plain(block.prose)) + 1
        case Heading():
            return len(plain(block.text)) + 1
        case _:
            return 0
