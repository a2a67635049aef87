"""The head of a table: neighbouring columns of one group under a common header."""

from collections.abc import Sequence
from itertools import groupby

from lastresort.reports.document import Column, Table


def whole(table: Table) -> list[Column]:
    """Return all columns, that of the headers of rows first."""
    return [Column(table.lead, align="left"), *table.columns]


def is_grouped(table: Table) -> bool:
    """Whether any column stands under a common header."""
    return any(column.group for column in table.columns)


def runs(columns: Sequence[Column]) -> list[tuple[str, list[Column]]]:
    """Return neighbours of one group together; columns without a group stand alone under an empty name."""
    found: list[tuple[str, list[Column]]] = []
    for group, members in groupby(columns, key=lambda column: column.group):
        neighbours = list(members)
        found += [(group, neighbours)] if group else [("", [column]) for column in neighbours]
    return found


def meanings(table: Table) -> list[tuple[str, str]]:
    """Return the title and the meaning of every column that is explained."""
    return [(full_title(column), column.meaning) for column in table.columns if column.meaning]


def full_title(column: Column) -> str:
    """Return the title of a column with its group, for formats with one row of headers."""
    return f"{column.group}: {column.title}" if column.group else column.title
