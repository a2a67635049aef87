"""Write a document as GitHub-flavoured Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import assert_never

from lastresort.reports.document import (
    Attachment,
    Block,
    Bullets,
    Caution,
    Control,
    Definitions,
    Document,
    FigureBlock,
    Fold,
    Foreign,
    Heading,
    Listing,
    Note,
    Paragraph,
    Section,
    Table,
    Takeaway,
)
from lastresort.reports.document.paper import standalone
from lastresort.reports.writers.escaping import anchored, escaped, fenced, marked
from lastresort.reports.writers.pipes import pipe_table
from lastresort.reports.writers.settling import settle
from lastresort.reports.writers.tags import lines_without_tags


def to_markdown(document: Document, figures: str | None = None) -> str:
    """Return a document as Markdown, the same text for the same document.

    `figures` is the folder where the files of `drawings` lie, as seen from the Markdown file; without it a figure is
    told in words. Raises ValueError for a table whose rows do not fit its columns.
    """
    settled = settle(document)
    parts = [*_opening(settled), *_contents(settled.sections)]
    for part, sections in groupby(settled.sections, key=lambda section: section.part):
        if part:
            parts.append(f"***{escaped(part)}***")
        for section in sections:
            parts += [f"## {anchored(section.name)}{escaped(section.title)}", *_blocks(section.blocks, figures)]
    return "\n\n".join(part for part in parts if part) + "\n"


def drawings(document: Document) -> Mapping[str, bytes]:
    """Return the figures of a document as files for the folder of `to_markdown`: SVG on light paper, by file name."""
    return {
        f"{figure.name}.svg": figure.standalone or standalone(figure.drawing)
        for section in settle(document).sections
        for figure in _figures(section.blocks)
    }


def _opening(document: Document) -> list[str]:
    return [escaped(document.kicker), f"# {escaped(document.title)}", marked(document.subtitle)]


def _contents(sections: Sequence[Section]) -> list[str]:
    lines = []
    for part, members in groupby(sections, key=lambda section: section.part):
        indent = "  " if part else ""
        lines += [f"- {escaped(part)}"] if part else []
        lines += [f"{indent}- [{escaped(section.title)}](#{section.name})" for section in members]
    return ["**Contents**", "\n".join(lines)] if len(sections) > 1 else []


def _figures(blocks: Sequence[Block]) -> Iterator[FigureBlock]:
    for block in blocks:
        if isinstance(block, FigureBlock):
            yield block
        elif isinstance(block, Fold):
            yield from _figures(block.blocks)


def _blocks(blocks: Sequence[Block], figures: str | None) -> list[str]:
    return [text for block in blocks for text in _block(block, figures)]


def _block(block: Block, figures: str | None) -> list[str]:
    match block:
        case Paragraph() | Takeaway() | Note():
            return [marked(block.prose)]
        case Caution():
            return [f"> {marked(block.prose)}"]
        case Heading():
            return [f"{'#' * block.level} {anchored(block.name)}{marked(block.text)}"]
        case Bullets():
            return ["\n".join(f"- {marked(item)}" for item in block.items)]
        case Definitions():
            return [
                "\n".join(f"- {anchored(name)}**{marked(term)}**: {marked(words)}" for name, term, words in block.items)
            ]
        case Listing():
            return [fenced(block.text)]
        case Foreign():
            return [escaped(line) for line in lines_without_tags(block.markup)]
        case Table():
            return pipe_table(block)
        case FigureBlock():
            return _figure(block, figures)
        case Control():
            return [marked(block.instead)]
        case Attachment():
            return [
                f"{marked((block.filename,))}: {escaped(block.meaning)} It is in the HTML page, to be saved from there."
            ]
        case Fold():
            return [f"**{marked(block.summary)}**", *_blocks(block.blocks, figures)]
        case _:
            assert_never(block)


def _figure(figure: FigureBlock, figures: str | None) -> list[str]:
    anchor = anchored(f"figure-{figure.name}")
    if figures is None:
        return [f"{anchor}{escaped(figure.alt)}", escaped(figure.caption)]
    return [f"{anchor}![{escaped(figure.alt)}](<{_path(figures)}{figure.name}.svg>)", escaped(figure.caption)]


def _path(folder: str) -> str:
    return "".join(character for character in f"{folder.rstrip('/')}/" if character not in "<>\\\n\r")
