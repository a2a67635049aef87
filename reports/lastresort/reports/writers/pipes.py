"""A table in Markdown: one row of headers, a value and its interval in one cell."""

from collections.abc import Iterable, Sequence

from lastresort.reports.document import Cell, Code, Inline, Row, Table
from lastresort.reports.writers import headers
from lastresort.reports.writers.escaping import anchored, escaped, marked


def pipe_table(table: Table) -> list[str]:
    """Return the caption, the table and what its columns mean, as paragraphs of Markdown."""
    columns = headers.whole(table)
    titles = [escaped(headers.full_title(column)) for column in columns]
    edges = ["--:" if column.align == "right" else ":--" for column in columns]
    lines = [_line(titles), _line(edges), *(_line(cells) for cells in _rows(table))]
    anchor = anchored(f"table-{table.name}" if table.name else "")
    return [f"{anchor}{escaped(table.caption)}", "\n".join(lines), _meanings(table)]


def _rows(table: Table) -> Iterable[list[str]]:
    for line, rows in table.groups:
        if line:
            yield [f"**{escaped(line)}**", *([""] * len(table.columns))]
        yield from (_row(row) for row in rows)


def _row(row: Row) -> list[str]:
    header = marked(tuple(_barless(part) for part in row.header))
    return [_stacked(header, escaped(row.detail)), *(_cell(cell) for cell in row.cells)]


def _barless(part: Inline) -> Inline:
    """Code in a table: its bars need the backslash that all other text has anyway."""
    return Code(part.text.replace("|", "\\|")) if isinstance(part, Code) else part


def _cell(cell: Cell) -> str:
    value = escaped(cell.value)
    if cell.tone == "doubt" and value:
        value = f"*{value}*"
    if cell.link:
        value = f"[{value}](#{cell.link})"
    return _stacked(value, escaped(cell.detail))


def _stacked(value: str, detail: str) -> str:
    return f"{value}<br>{detail}" if detail else value


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _meanings(table: Table) -> str:
    return "; ".join(f"{escaped(title)}: {escaped(meaning)}" for title, meaning in headers.meanings(table))
