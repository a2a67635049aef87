"""Write a document as Typst source, from which a PDF is set."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from typing import assert_never
from xml.etree import ElementTree

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
    plain,
)
from lastresort.reports.document.paper import LIGHT, standalone
from lastresort.reports.writers.literals import array, call, literal, prose
from lastresort.reports.writers.settling import settle
from lastresort.reports.writers.sheets import sheets
from lastresort.reports.writers.tabular import set_table
from lastresort.reports.writers.tags import lines_without_tags


def to_typst(document: Document) -> str:
    """Return a document as one Typst source that needs no other file, the same text for the same document.

    All words are string literals, which Typst does not read as markup. Raises ValueError for a table whose rows do not
    fit its columns.
    """
    settled = settle(document)
    lines = [_colours(), files(__package__).joinpath("templates", "house.typ").read_text(encoding="utf-8"), ""]
    lines += [f"#show: house.with({literal(settled.title)}, {literal(settled.kicker)})", _opening(settled)]
    written = list(_sections(settled.sections))
    return "\n".join([*lines, *written[:1], "#contents()", *written[1:]]) + "\n"


def _sections(sections: Sequence[Section]) -> Iterator[str]:
    for part, members in groupby(sections, key=lambda section: section.part):
        for place, section in enumerate(members):
            chapter = [f"#{call('chapter', literal(part))}"] if part and place == 0 else []
            yield _section(section, 2 if part else 1, chapter)


def _colours() -> str:
    entries = ", ".join(f"{literal(name.removeprefix('--'))}: rgb({literal(value)})" for name, value in LIGHT.items())
    return f"#let paper = ({entries})"


def _opening(document: Document) -> str:
    words = (literal(document.kicker), literal(document.title), prose(document.subtitle))
    return f"#{call('opening', *words)}"


def _section(section: Section, level: int, before: Sequence[str] = ()) -> str:
    """Headings stand on the page of what they head, which may be on its side."""
    heading = f"#{call('section', str(level), literal(section.name), literal(section.title))}"
    written = []
    for place, sheet in enumerate(sheets(section.blocks)):
        lines = [*before, heading] if place == 0 else []
        lines += [f"#{_block(block, level)}" for block in sheet.blocks]
        written.append("\n".join(["#sideways[", *lines, "]"] if sheet.sideways else lines))
    return "\n".join(written or [*before, heading])


def _block(block: Block, level: int) -> str:
    match block:
        case Paragraph():
            return call("para", prose(block.prose))
        case Takeaway():
            return call("takeaway", prose(block.prose))
        case Note():
            return call("note", prose(block.prose))
        case Caution():
            return call("caution", prose(block.prose))
        case Heading():
            anchor = literal(block.name)
            return call("subheading", str(block.level - 2 + level), str(block.level), anchor, prose(block.text))
        case Bullets():
            return call("bullets", *(prose(item) for item in block.items))
        case Definitions():
            return call(
                "definitions", *(array(literal(name), prose(term), prose(words)) for name, term, words in block.items)
            )
        case Listing():
            return call("listing", literal(block.text))
        case Foreign():
            return call("paras", *(literal(line) for line in lines_without_tags(block.markup)))
        case Table():
            return set_table(block)
        case FigureBlock():
            return _figure(block)
        case Control():
            return call("para", prose(block.instead)) if plain(block.instead) else "none"
        case Attachment():
            words = (literal(text) for text in (block.filename, block.media, block.meaning, block.content))
            return call("attachment", *words)
        case Fold():
            return call("fold", prose(block.summary), _inside(block.blocks, level))
        case _:
            assert_never(block)


def _inside(blocks: Sequence[Block], level: int) -> str:
    return "\n".join(["[", *(f"#{_block(block, level)}" for block in blocks), "]"])


def _figure(figure: FigureBlock) -> str:
    drawing = figure.standalone or standalone(figure.drawing)
    words = (f"figure-{figure.name}", drawing.decode("utf-8"), figure.alt, figure.caption)
    return call("plate", *(literal(text) for text in words), f"{_aspect(drawing):.4f}")


def _aspect(drawing: bytes) -> float:
    """Height of a drawing as a part of its width."""
    width, height = ElementTree.fromstring(drawing).attrib["viewBox"].split()[2:]
    return float(height) / float(width)
