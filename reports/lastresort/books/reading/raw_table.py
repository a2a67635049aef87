"""A table as it stands in a file: columns of cells under headers, and where each row is found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lastresort.books.book import BadRow
from lastresort.mechanisms.contract import Bools
from lastresort.mechanisms.contract.plain_text import escaped

SHOWN = 40
"""Characters of a cell that an error shows."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a column, typed or as texts; `plain` marks texts that were numbers where they came from."""

    header: str
    values: pa.Array
    plain: Bools | None = None

    @property
    def are_texts(self) -> bool:
        """Whether the cells are texts."""
        return bool(pa.types.is_string(self.values.type))

    def shown(self, row: int) -> str:
        """A cell as an error shows it: quoted, shortened, escaped."""
        value = self.values[row].as_py()
        if value is None or value == "":
            return "an empty cell"
        return quoted(str(value))


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns by normalised header; `word` is what a row is called, `number` is where row `i` stands, from 1 on.

    A spreadsheet's rows are counted as it shows them, the header being row 1; records are counted from 1.
    `left_out` are rows that were left out already since they have too many or too few cells.
    """

    source: str
    word: str
    size: int
    columns: Mapping[str, Cells]
    number: Callable[[int], int]
    left_out: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def where(self, row: int) -> str:
        """File and row, as errors begin."""
        return f"{self.source}, {self.word} {self.number(row)}"


def quoted(text: str) -> str:
    """A stranger's text in quotes, shortened and with everything unseen spelled out."""
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}... ({len(text):,} characters)"
    return "'" + escaped(cut).replace("\n", "\\n").replace("\t", "\\t") + "'"


def further(rows: int) -> str:
    """How many more rows are bad, in brackets; empty for none."""
    return f" ({rows:,} further bad row{'s' * (rows > 1)})" if rows else ""


def text_cells(header: str, values: Iterable[Any]) -> Cells:
    """Cells of any objects: texts as they are, none for None, the text of anything else, marked as plain."""
    found = list(values)
    plain = np.array([one is not None and type(one) is not str for one in found], dtype=bool)
    texts = [None if one is None else str(one) for one in found]
    return Cells(header, pa.array(texts, type=pa.string()), plain if plain.any() else None)


def trimmed(texts: pa.Array) -> pa.Array:
    """Texts without blanks around them; null where nothing is left."""
    bare = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(pc.binary_length(bare), 0), pa.scalar(None, pa.string()), bare)
