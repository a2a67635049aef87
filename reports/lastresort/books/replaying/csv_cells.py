"""Cells of a CSV file: what they may hold, how one is read from its text, and the sentence about one that is wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from lastresort.plugins.errors import InputError, one_of

TRUE = ("True", "true", "TRUE", "1")
FALSE = ("False", "false", "FALSE", "0")
FIRST_ROW = 2
"""Of the values: as in a spreadsheet, row 1 is that of the names."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
LARGEST = 1e18
"""Numbers are smaller: their products can be counted with."""

_MOST = 2.0**53
"""From here on, not every whole number is one of those that are counted with."""


class Cell(Enum):
    """What the cells of a column hold, and the type they are read as."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is looked for: `allowed` says in words which of its values `holds` lets pass (None: any).

    A column that is not `required` may be missing, and one that `may_be_blank` has NaN or an empty text there.
    """

    name: str
    cell: Cell
    allowed: str = "a number"
    holds: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]] | None = None
    required: bool = True
    may_be_blank: bool = False


TYPES = {
    Cell.TEXT: pa.dictionary(pa.int32(), pa.string()),
    Cell.NUMBER: pa.float64(),
    Cell.WHOLE: pa.int64(),
    Cell.TRUTH: pa.bool_(),
}


def refuse(path: str | Path, index: int, column: str, found: object, allowed: str) -> NoReturn:
    """Raise InputError about the cell of a column in a row of values, counted from 0."""
    raise InputError(f"{path}, row {index + FIRST_ROW}, column '{column}': found {found!r}; allowed: {allowed}")


def parsed(file: Path, field: Field, texts: list[str]) -> pa.Array:
    """A column from its texts; InputError about the first that is not what the field holds."""
    if field.cell is Cell.TEXT:
        return pa.array(texts, pa.string()).dictionary_encode()
    parse = _PARSERS[field.cell]
    values = []
    for index, text in enumerate(texts):
        blank = not text.strip()
        value = None if blank else parse(text.strip())
        if value is None and not (blank and field.may_be_blank):
            refuse(file, index, field.name, text, _in_words(field))
        values.append(value)
    return pa.array(values, TYPES[field.cell])


def _number(text: str) -> float | None:
    special = text.lower() in ("nan", "inf", "-inf", "+inf", "infinity", "-infinity")
    return float(text) if special or _NUMBER.fullmatch(text) else None


def _whole(text: str) -> int | None:
    value = _number(text)
    return int(value) if value is not None and abs(value) < _MOST and value == int(value) else None


def _truth(text: str) -> bool | None:
    return True if text in TRUE else False if text in FALSE else None


_PARSERS: Mapping[Cell, Callable[[str], Any]] = {Cell.NUMBER: _number, Cell.WHOLE: _whole, Cell.TRUTH: _truth}


def _in_words(field: Field) -> str:
    if field.cell is Cell.TRUTH:
        return one_of((*TRUE[:1], *FALSE[:1]))
    return f"{field.allowed}, with '.' before the decimals and no other mark"
