"""Tables for a terminal, documents for a program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from lastresort.cli.documents_only import document_stream

PLAIN_WIDTH = 200


def print_table(title: str, rows: Sequence[Mapping[str, str]], cut: Sequence[str] = ()) -> None:
    """Print rows with the same keys as a table on stdout; columns to `cut` are so short that each row has one line.

    The first of them gets what the others leave.
    """
    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, width=PLAIN_WIDTH)
    table = Table(title=title, title_justify="left")
    for column in rows[0]:
        table.add_column(column, overflow="fold")
    rooms = _rooms(rows, cut, console.width)
    for row in rows:
        table.add_row(*(_short(text, rooms.get(column, len(text))) for column, text in row.items()))
    console.print(table)


def _rooms(rows: Sequence[Mapping[str, str]], cut: Sequence[str], width: int) -> dict[str, int]:
    """Characters for each column that is cut; a column takes a line and two blanks more."""
    longest = {column: max(len(column), *(len(row[column]) for row in rows)) for column in rows[0]}
    left = width - sum(longest[column] for column in longest if column not in cut) - 3 * len(longest) - 1
    rooms = {column: min(longest[column], max(left // 3, len(column))) for column in cut[1:]}
    return rooms | {column: max(left - sum(rooms.values()), len(column)) for column in cut[:1]}


def _short(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def print_document(document: Any) -> None:
    """Print one JSON document on stdout."""
    typer.echo(json.dumps(document, indent=2), file=document_stream())
