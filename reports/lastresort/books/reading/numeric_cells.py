"""Cells as numbers: at once where a computer wrote them, one by one where people did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lastresort.books.reading.number_texts import number
from lastresort.books.reading.raw_table import Cells, trimmed
from lastresort.mechanisms.contract import Bools, Floats

PLAIN = {
    ".": r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?$",
    ",": r"^[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]{1,6})?$",
}
Reader = Callable[[str, str], float | None]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers `[N]`, NaN where a cell is empty; `bad` are cells that hold something else."""

    values: Floats
    bad: Bools


def numbers(cells: Cells, mark: str, reader: Reader = number) -> Numbers:
    """Return cells as numbers; `mark` is the decimal mark of texts, `reader` reads those that are odd."""
    if cells.are_texts:
        return _of_texts(cells, mark, reader)
    kind = cells.values.type
    if pa.types.is_timestamp(kind) and reader is moment:
        return _checked(pc.cast(pc.cast(cells.values, pa.timestamp("us")), pa.int64()), 1e-6)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _checked(cells.values, 1)
    if pa.types.is_null(kind):
        return _checked(pa.nulls(len(cells.values), pa.float64()), 1)
    return Numbers(np.full(len(cells.values), np.nan), _array(pc.is_valid(cells.values)))


def moment(text: str, mark: str) -> float | None:
    """Return the seconds since 1970 of a number or an ISO 8601 text, in UTC unless it says otherwise."""
    seconds = number(text, mark)
    if seconds is not None:
        return seconds
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _of_texts(cells: Cells, mark: str, reader: Reader) -> Numbers:
    if cells.plain is not None and mark == ",":
        plain, others = _read(cells.values, ".", reader), _read(cells.values, mark, reader)
        values, bad = np.where(cells.plain, plain.values, others.values), np.where(cells.plain, plain.bad, others.bad)
        return Numbers(values, bad)
    return _read(cells.values, mark, reader)


def _read(texts: pa.Array, mark: str, reader: Reader) -> Numbers:
    """Try the whole column at once, as it stands and without blanks around."""
    if mark == ".":
        found = _at_once(texts) or _at_once(trimmed(texts))
        if found is not None:
            return found
    return _one_by_one(trimmed(texts), mark, reader)


def _at_once(texts: pa.Array) -> Numbers | None:
    """Numbers of a column in which every text is one, or nothing is there; None for any other."""
    try:
        found = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    finite = pc.all(pc.is_finite(found), min_count=0).as_py()  # "nan" and "1e400" can be cast too
    return Numbers(_array(found), np.zeros(len(found), dtype=bool)) if finite else None


def _one_by_one(texts: pa.Array, mark: str, reader: Reader) -> Numbers:
    plain = pc.fill_null(pc.match_substring_regex(texts, PLAIN[mark]), False)
    simple = pc.if_else(plain, texts, pa.scalar(None, pa.string()))
    values = _array(pc.cast(pc.replace_substring(simple, mark, "."), pa.float64())).copy()
    odd = np.flatnonzero(_array(pc.and_not(pc.is_valid(texts), plain)))
    coded = texts.take(pa.array(odd)).dictionary_encode()
    read = [reader(text, mark) for text in coded.dictionary.to_pylist()]
    values[odd] = np.array([np.nan if one is None else one for one in read], dtype=float)[_array(coded.indices)]
    return Numbers(np.where(np.isinf(values), np.nan, values), _array(pc.is_valid(texts)) & ~np.isfinite(values))


def _checked(values: pa.Array, scale: float) -> Numbers:
    """Numbers of a typed column: an infinite one is bad, NaN is an empty cell."""
    found = _array(pc.cast(values, pa.float64(), safe=False)) * scale
    return Numbers(np.where(np.isinf(found), np.nan, found), np.isinf(found))


def _array(values: Any) -> Any:
    return values.to_numpy(zero_copy_only=False)
