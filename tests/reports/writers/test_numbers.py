"""All formats have the same numbers, cell by cell, in the same order."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from lastresort.reports.document import Cell, Column, Document, Fold, Row, Section, Table
from lastresort.reports.writers import to_html, to_markdown, to_typst
from lastresort.reports.writers.cleaning import one_line
from lastresort.reports.writers.literals import PAUSE

Cells = list[tuple[str, str]]


def meant(document: Document) -> Cells:
    """Value and detail of every cell, as the document has them."""

    def inside(blocks: Any) -> Iterator[tuple[str, str]]:
        for block in blocks:
            if isinstance(block, Table):
                cells = (cell for _, rows in block.groups for row in rows for cell in row.cells)
                yield from ((one_line(cell.value).strip(), one_line(cell.detail).strip()) for cell in cells)
            elif isinstance(block, Fold):
                yield from inside(block.blocks)

    return [cell for section in document.sections for cell in inside(section.blocks)]


def cells_of_html(page: str) -> Cells:
    """Value and detail of every cell of a table of ours."""
    ours = re.sub(r'<div class="foreign">.*?</div>|<thead>.*?</thead>', "", page, flags=re.DOTALL)
    found = re.findall(r"<td[^>]*>(.*?)(?:<small>(.*?)</small>)?</td>", ours, flags=re.DOTALL)
    return [(_words(value), _words(detail)) for value, detail in found]


def _words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def cells_of_markdown(text: str) -> Cells:
    """Value and detail of every cell right of the first column; lines over groups of rows have none."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    bodies = [line for place, line in enumerate(lines) if not _is_head(lines, place)]
    rows = [re.split(r"(?<!\\)\|", line.strip("|"))[1:] for line in bodies if not line.startswith("| **")]
    return [_cell_of_markdown(cell.strip()) for row in rows for cell in row]


def _is_head(lines: list[str], place: int) -> bool:
    return lines[place].startswith("| :--") or (place + 1 < len(lines) and lines[place + 1].startswith("| :--"))


def _cell_of_markdown(cell: str) -> tuple[str, str]:
    value, _, detail = cell.partition("<br>")
    value = re.sub(r"^\[(.*)\]\(#[^)]*\)$", r"\1", value)
    value = re.sub(r"^\*(.*)\*$", r"\1", value)
    return _unescaped(value), _unescaped(detail)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", text)


def cells_of_typst(source: str) -> Cells:
    """Value and detail of every call of `cell`."""
    text = r'(?:whole\()?"((?:[^"\\]|\\.)*)"\)?'
    found = re.findall(rf"^  cell\({text}, {text}[,)]", source, flags=re.MULTILINE)
    return [(_unquoted(value), _unquoted(detail)) for value, detail in found]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).replace(PAUSE, "").strip()


def test_every_format_has_every_number_of_the_document(document: Document) -> None:
    wanted = meant(document)
    assert len(wanted) > 200
    assert cells_of_html(to_html(document)) == wanted
    assert cells_of_markdown(to_markdown(document)) == wanted
    assert cells_of_typst(to_typst(document)) == wanted


@pytest.mark.parametrize("write", [to_html, to_markdown, to_typst])
def test_the_same_document_is_the_same_text(document: Document, write: Any) -> None:
    assert write(document) == write(document)


@pytest.mark.parametrize("write", [to_html, to_markdown, to_typst])
def test_a_row_that_does_not_fit_its_table_is_refused(write: Any) -> None:
    table = Table("odd", "", [Column("Score")], [("", [Row(("x",), [Cell("1"), Cell("2")])])])
    with pytest.raises(ValueError, match="table 'odd': a row has 2 cells and the table 1 columns"):
        write(Document("", "", (), [Section("s", "S", [table])]))
