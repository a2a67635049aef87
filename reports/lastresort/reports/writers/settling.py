"""What every format needs before it is written: text made harmless, anchors unique, links that lead somewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from lastresort.reports.document import (
    About,
    Attachment,
    Block,
    Bullets,
    Caution,
    Cell,
    Code,
    Column,
    Control,
    Definitions,
    Document,
    FigureBlock,
    Fold,
    Foreign,
    Heading,
    Inline,
    Link,
    Listed,
    Listing,
    Note,
    Paragraph,
    Prose,
    Row,
    Section,
    Strong,
    Table,
    Takeaway,
)
from lastresort.reports.writers.anchors import PREFIXES, Anchors
from lastresort.reports.writers.cleaning import as_it_stands, one_line


def settle(document: Document) -> Document:
    """Return the same document, ready to be written.

    Names are identifiers used once, figures and tables without their prefix; targets of links are whole identifiers,
    and links that lead nowhere are words; no heading skips a level; rows have as many cells as their table has columns.
    """
    anchors = Anchors(document)
    return Document(
        kicker=one_line(document.kicker),
        title=one_line(document.title),
        subtitle=_Settler(anchors).prose(document.subtitle),
        sections=[_section(section, anchors) for section in document.sections],
        policies=[(name, one_line(title)) for name, title in document.policies],
    )


def _section(section: Section, anchors: Anchors) -> Section:
    return Section(
        name=anchors.take("section", section.name),
        title=one_line(section.title),
        blocks=_Settler(anchors).blocks(section.blocks),
        part=one_line(section.part),
        folded=section.folded,
    )


class _Settler:
    """The blocks of one section, in their order."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._level = 2

    def prose(self, prose: Prose) -> Prose:
        return tuple(self._inline(part) for part in prose)

    def blocks(self, blocks: Sequence[Block]) -> list[Block]:
        return [self._block(block) for block in blocks]

    def _block(self, block: Block) -> Block:
        match block:
            case Paragraph() | Takeaway() | Note() | Caution():
                return replace(block, prose=self.prose(block.prose))
            case Heading():
                return self._heading(block)
            case Bullets():
                return Bullets([self.prose(item) for item in block.items])
            case Definitions():
                return Definitions([self._definition(*item) for item in block.items])
            case Listing():
                return Listing(as_it_stands(block.text))
            case Foreign():
                return block
            case Table():
                return self._table(block)
            case FigureBlock():
                name = self._take("figure", block.name).removeprefix(PREFIXES["figure"])
                return replace(block, name=name, alt=one_line(block.alt), caption=one_line(block.caption))
            case Control():
                return self._control(block)
            case Attachment():
                return replace(block, filename=one_line(block.filename), meaning=one_line(block.meaning))
            case Fold():
                return Fold(self.prose(block.summary), self.blocks(block.blocks))
            case _:
                assert_never(block)

    def _inline(self, part: Inline) -> Inline:
        match part:
            case Link():
                target = self._anchors.find(part.target)
                return Link(one_line(part.text), target) if target else one_line(part.text)
            case Strong() | Code() | About():
                return replace(part, text=one_line(part.text))
            case Listed():
                items = tuple(replace(item, text=one_line(item.text)) for item in part.items)
                return replace(part, items=items)
            case str():
                return one_line(part)

    def _take(self, kind: str, name: str) -> str:
        return self._anchors.take(kind, name)

    def _heading(self, heading: Heading) -> Heading:
        self._level = max(3, min(heading.level, self._level + 1, 4))
        name = self._take("heading", heading.name) if heading.name else ""
        return Heading(self.prose(heading.text), self._level, name)

    def _definition(self, name: str, term: Prose, words: Prose) -> tuple[str, Prose, Prose]:
        return self._take("definition", name) if name else "", self.prose(term), self.prose(words)

    def _control(self, control: Control) -> Control:
        name = self._take("control", control.name).removeprefix(PREFIXES["control"])
        data: Mapping[str, Any] = control.data
        if "figure" in data:
            data = {**data, "figure": self._anchors.find(str(data["figure"]), ["figure"])}
        return replace(
            control, name=name, title=one_line(control.title), data=data, instead=self.prose(control.instead)
        )

    def _table(self, table: Table) -> Table:
        name = self._take("table", table.name).removeprefix(PREFIXES["table"]) if table.name else ""
        groups = [(one_line(line), [self._row(row, table) for row in rows]) for line, rows in table.groups]
        columns = [_column(column) for column in table.columns]
        lead = one_line(table.lead) or ("Policy" if any(row.policy for _, rows in groups for row in rows) else "")
        return replace(table, name=name, caption=one_line(table.caption), columns=columns, groups=groups, lead=lead)

    def _row(self, row: Row, table: Table) -> Row:
        wanted = len(table.columns)
        if len(row.cells) != wanted:
            raise ValueError(f"table '{table.name}': a row has {len(row.cells)} cells and the table {wanted} columns")
        cells = [self._cell(cell) for cell in row.cells]
        return replace(row, header=self.prose(row.header), cells=cells, detail=one_line(row.detail))

    def _cell(self, cell: Cell) -> Cell:
        link = self._anchors.find(cell.link) if cell.link else ""
        return replace(cell, value=one_line(cell.value), detail=one_line(cell.detail), link=link)


def _column(column: Column) -> Column:
    return replace(column, title=one_line(column.title), group=one_line(column.group), meaning=one_line(column.meaning))
