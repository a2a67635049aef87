"""A table in Typst."""

from collections.abc import Iterator

from lastresort.reports.document import Cell, Row, Table
from lastresort.reports.document.paper import LIGHT
from lastresort.reports.writers import headers
from lastresort.reports.writers.literals import array, call, literal, prose, words
from lastresort.reports.writers.widths import GUTTER, Fit, fit, stays_whole

STRONGEST = 45
"""Per cent of its colour that a cell has at most, so that its words can be read."""


def set_table(table: Table) -> str:
    """Return the call that sets a table: its caption, its columns and all cells, row by row."""
    found = fit(table)
    aligns = [column.align for column in headers.whole(table)]
    return call(
        "tabular",
        anchor=literal(f"table-{table.name}" if table.name else ""),
        caption=words(table.caption),
        size=f"{found.size}pt",
        gutter=f"{GUTTER[table.kind]}pt",
        columns=array(*_columns(found)),
        align=array(*aligns),
        head=f"({_joined(_head(table))})",
        body=f"({_joined(_body(table))})",
        meanings=array(*(array(words(title), words(meaning)) for title, meaning in headers.meanings(table))),
    )


def _joined(cells: Iterator[str]) -> str:
    return "".join(f"\n  {cell}," for cell in cells) + "\n"


def _columns(found: Fit) -> list[str]:
    return [f"{share:.3f}fr" for share in found.shares]


def _head(table: Table) -> Iterator[str]:
    grouped = headers.is_grouped(table)
    for group, columns in headers.runs(headers.whole(table)):
        if group:
            yield call("over", words(group), str(len(columns)))
        else:
            yield call("head", words(columns[0].title), "2" if grouped else "1")
    yield from (call("head", words(column.title), "1") for column in table.columns if column.group and grouped)


def _body(table: Table) -> Iterator[str]:
    for line, rows in table.groups:
        if line:
            yield call("group", words(line), str(len(table.columns) + 1))
        for row in rows:
            yield from _row(row, table)


def _row(row: Row, table: Table) -> Iterator[str]:
    yield call("about", prose(row.header), words(row.detail))
    yield from (_cell(cell, table, place) for place, cell in enumerate(row.cells, start=1))


def _cell(cell: Cell, table: Table, place: int) -> str:
    named = {}
    if cell.tone in ("more", "less"):
        colour = LIGHT["--haircut" if cell.tone == "more" else "--fund"]
        named["fill"] = f"tint(rgb({literal(colour)}), {min(max(cell.strength, 0), STRONGEST)}%)"
    elif cell.tone:
        named["tone"] = literal(cell.tone)
    if cell.link:
        named["to"] = literal(cell.link)
    texts = [_text(text, table, place) for text in (cell.value, cell.detail)]
    return call("cell", *texts, **named)


def _text(text: str, table: Table, place: int) -> str:
    return call("whole", literal(text)) if text and stays_whole(text, table, place) else words(text)
