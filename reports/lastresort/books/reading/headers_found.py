"""Headers of a table: each once, whatever its case and the blanks around it."""

from collections.abc import Iterable

from lastresort.books.reading.raw_table import Cells, quoted
from lastresort.books.reading.table_columns import normalised
from lastresort.plugins.errors import InputError


def columns_by_header(source: str, cells: Iterable[Cells]) -> dict[str, Cells]:
    """Return columns by normalised header, those without one left out; InputError for a header that comes twice."""
    found: dict[str, Cells] = {}
    for column in cells:
        name = normalised(column.header)
        if name in found:
            both = f"{quoted(found[name].header)} and {quoted(column.header)}"
            twice = quoted(column.header) if found[name].header == column.header else both
            raise InputError(f"{source}: found the column {twice} twice; allowed: once")
        if name:
            found[name] = column
    return found
