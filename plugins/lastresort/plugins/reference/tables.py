"""Markdown tables of what the code describes, for the reference and for the how-to pages."""

import re
from collections.abc import Iterable, Sequence

from lastresort.plugins.reference.columns import Column, columns


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, one line per row."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(_line(line) for line in lines)


def table_of(owner: type) -> str:
    """The fields of a record with type, shape, unit and meaning, or the words of an enumeration with their meaning."""
    described = columns(owner)
    if not described[0].field.type:
        return table(("value", "meaning"), ((f"`{one.field.name}`", one.meaning) for one in described))
    if not described[0].shape:
        return table(
            ("field", "type", "meaning"), ((_code(one.field.name), _type(one), one.meaning) for one in described)
        )
    rows = ((_code(one.field.name), _type(one), _code(one.shape), one.unit, one.meaning) for one in described)
    return table(("column", "type", "shape", "unit, sign", "meaning"), rows)


def filled(page: str, owners: dict[str, type]) -> str:
    """A page with the table of a class below every line that asks for it, as in `<!-- columns of LossEvent -->`."""
    asked = re.compile(r"^(<!-- (?:columns|values) of (\w+) -->\n)(?:\|.*\n)*", flags=re.MULTILINE)
    return asked.sub(lambda found: f"{found[1]}{table_of(owners[found[2]])}\n", page)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(one: Column) -> str:
    kind = re.sub(r"^ClassVar\[(.*)\]$", r"\1", one.field.type)
    return _code(f"{kind} = {one.field.default}" if one.field.default else kind)


def _code(text: str) -> str:
    return f"`{text}`"
