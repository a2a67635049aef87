"""Which decimal mark a table has, where nobody said: what its numbers show, or a question."""

import pyarrow as pa
import pyarrow.compute as pc

from lastresort.books.reading.number_texts import mark_of, number
from lastresort.books.reading.raw_table import Cells, RawTable, quoted
from lastresort.plugins.errors import InputError

HEAD = 200
"""Rows that are looked at first."""


def decimal_mark(table: RawTable, columns: list[Cells]) -> str:
    """Return the decimal mark of a table whose numbers are texts: "." unless they show ",".

    One number that can be read in one way only settles it for all of them. Where there is none such, a number like
    "1.250" or "1,250" may be wrong by a factor of thousand: InputError, which asks for --decimal.
    """
    texts = [one for one in columns if one.are_texts]
    for longest in (HEAD, table.size):
        shown = _marks_shown(texts, longest)
        if "." in shown or "," in shown:
            return "." if "." in shown else ","
    if "?" in shown:
        raise _question(table, *shown["?"])
    return "."


def _marks_shown(columns: list[Cells], longest: int) -> dict[str, tuple[Cells, str]]:
    """Column and text of the first number for each mark that texts show."""
    shown: dict[str, tuple[Cells, str]] = {}
    for cells in columns:
        head = cells.values[:longest] if cells.plain is None else cells.values.filter(pa.array(~cells.plain))[:longest]
        marked = head.filter(pc.match_substring_regex(head, "[.,]"))
        for text in pc.unique(marked).to_pylist():
            shown.setdefault(mark_of(text), (cells, text))
    return shown


def _question(table: RawTable, cells: Cells, text: str) -> InputError:
    row = pc.index(cells.values, text).as_py()
    dot, comma = (f"{number(text, mark):g}" for mark in (".", ","))
    return InputError(
        f"{table.where(row)}, column '{cells.header}': found {quoted(text)}, which is {dot} or {comma}, and no other "
        f"number of the file shows which; give --decimal . or --decimal ,"
    )
