"""The columns of a record or the words of an enumeration, as the table in its docstring describes them."""

import inspect
import re
from dataclasses import dataclass

from lastresort.plugins.reference.source import Field, declared


@dataclass(frozen=True)
class Column:
    """A field and what its docstring says of it; `shape` and `unit` are empty where only the meaning is stated."""

    field: Field
    shape: str
    unit: str
    meaning: str


def columns(owner: type) -> list[Column]:
    """Every field of a class with its line of the docstring.

    Raises ValueError unless the lines of the docstring are the fields of the class, in the same order.
    """
    fields, described = list(declared(owner)), _described(owner)
    if [field.name for field in fields] != list(described):
        names = ", ".join(field.name for field in fields)
        raise ValueError(f"{owner.__name__}: its docstring describes {', '.join(described)}; its fields are {names}")
    return [Column(field, *described[field.name]) for field in fields]


def prose(owner: type) -> str:
    """The docstring without the lines that describe fields."""
    lines = [line for line in _lines(owner) if not _cells(line) and not line.startswith(" ")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _described(owner: type) -> dict[str, tuple[str, str, str]]:
    """Shape, unit and meaning by name; an indented line goes on with the meaning of the line above."""
    found: dict[str, tuple[str, str, str]] = {}
    name = ""
    for line in _lines(owner):
        cells = _cells(line)
        if cells:
            name, *rest = cells
            shape, unit, meaning = rest if len(rest) == 3 else ("", "", *rest)
            found[name] = (shape, unit, meaning)
        elif line.startswith(" "):
            shape, unit, meaning = found[name]
            found[name] = (shape, unit, f"{meaning} {line.strip()}")
    return found


def _lines(owner: type) -> list[str]:
    return (inspect.getdoc(owner) or "").split("\n")


def _cells(line: str) -> list[str]:
    """The cells of a line of the table, two spaces or more between them; none for a line of prose."""
    cells = re.split(r" {2,}", line)
    return cells if len(cells) in (2, 4) and cells[0].isidentifier() else []
