"""Cells as ids and words: texts, each distinct one once, and which of them cannot be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lastresort.books.book import Texts
from lastresort.books.reading.raw_table import Cells, trimmed
from lastresort.mechanisms.contract import Bools, Ints
from lastresort.mechanisms.contract.plain_text import escaped

LONGEST = 200
"""Characters of an id."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Texts of rows `[N]` as rows of `names`, in the order in which they appear; -1 where there is none."""

    codes: Ints
    names: Texts

    def of(self, row: int) -> str:
        """The text of a row, empty where there is none."""
        code = int(self.codes[row])
        return str(self.names[code]) if code >= 0 else ""

    def taken(self, rows: Ints | Bools) -> "Coded":
        """Those of some rows."""
        return replace(self, codes=self.codes[rows])

    def renamed(self, names: list[str]) -> "Coded":
        """The same with other names, which may coincide; an empty one is none."""
        return coded(pa.array(names, type=pa.string())).at(self.codes)

    def at(self, codes: Ints) -> "Coded":
        """Texts of rows that say which row of this column they are, -1 for none."""
        return replace(self, codes=np.append(self.codes, -1)[codes])


def coded(texts: pa.Array) -> Coded:
    """Code texts; null and empty ones are none."""
    found = trimmed(texts).dictionary_encode()
    codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Coded(codes, found.dictionary.to_numpy(zero_copy_only=False).astype(object))


def constant(text: str, size: int) -> Coded:
    """The same text in all rows."""
    return Coded(np.zeros(size, dtype=np.int64), np.array([text], dtype=object))


def nothing(size: int) -> Coded:
    """No text in any row."""
    return Coded(np.full(size, -1, dtype=np.int64), np.array([], dtype=object))


def as_texts(cells: Cells) -> tuple[Coded, Bools]:
    """Return cells as texts, and which of them are neither a text nor a whole number."""
    kind = cells.values.type
    if cells.are_texts:
        return coded(cells.values), _fractions(cells)
    if pa.types.is_integer(kind) or pa.types.is_null(kind):
        return coded(pc.cast(cells.values, pa.string())), np.zeros(len(cells.values), dtype=bool)
    return nothing(len(cells.values)), pc.is_valid(cells.values).to_numpy(zero_copy_only=False)


def _fractions(cells: Cells) -> Bools:
    if cells.plain is None:
        return np.zeros(len(cells.values), dtype=bool)
    whole = pc.fill_null(pc.match_substring_regex(cells.values, "^-?[0-9]+$"), False).to_numpy(zero_copy_only=False)
    return np.asarray(cells.plain & ~whole)


def unfit(names: Texts) -> Mapping[int, str]:
    """What is wrong with names that are no ids, by row."""
    texts = pa.array(names, type=pa.string())
    odd = pc.match_substring_regex(texts, r"^=|[^\x21-\x7e]")
    suspects = pc.or_(odd, pc.greater(pc.utf8_length(texts), LONGEST)).to_numpy(zero_copy_only=False)
    return {row: wrong for row in np.flatnonzero(suspects).tolist() if (wrong := _wrong(str(names[row])))}


def _wrong(name: str) -> str:
    if len(name) > LONGEST:
        return f"allowed: a text of up to {LONGEST} characters"
    if name.startswith("="):
        return "allowed: a text; this is a formula, so save the values instead"
    if escaped(name) != name or re.search(r"[\t\r\n]", name):
        return "allowed: a text without control characters and without marks that are not seen"
    return ""
