"""Typed columns of a CSV file, with one sentence where a cell is not what it should be."""

import csv
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from lastresort.plugins.errors import InputError, did_you_mean, one_of

TRUE = ("True", "true", "TRUE", "1")
FALSE = ("False", "false", "FALSE", "0")
FIRST_ROW = 2
"""Of the values: as in a spreadsheet, row 1 is that of the names."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BINARY = {b"PAR1": "a Parquet file", b"PK": "a zip or Excel file", b"\x1f\x8b": "a gzip file"}
_LEAST = 1_000
"""Bytes of a file that may be empty but for its marks and blanks."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


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


@dataclass(frozen=True, eq=False)
class CsvColumns:
    """Columns by name that were found in a file, and the SHA-256 of the file; texts are dictionaries of pyarrow."""

    path: str
    sha256: str
    rows: int
    columns: Mapping[str, Any]


def read_columns(path: str | Path, fields: Sequence[Field]) -> CsvColumns:
    """Read those `fields` of a CSV file that it has; InputError where it cannot be read or a cell is not allowed."""
    file = Path(path)
    content = _content(file)
    sha256 = hashlib.sha256(content).hexdigest()
    plain = _unicode(file, content)
    present = _present(file, plain, fields)
    table = _fast(plain, present)
    if table is None:
        table = _slow(file, plain, present)
    if not table.num_rows:
        raise InputError(f"{file}: it has names of columns and no row; allowed: at least one row")
    columns = {field.name: _checked(file, field, table.column(field.name)) for field in present}
    return CsvColumns(str(file), sha256, table.num_rows, columns)


def refuse(path: str | Path, index: int, column: str, found: object, allowed: str) -> NoReturn:
    """Raise InputError about the cell of a column in a row of values, counted from 0."""
    raise InputError(f"{path}, row {index + FIRST_ROW}, column '{column}': found {found!r}; allowed: {allowed}")


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        near = [one.name for one in file.parent.iterdir()] if file.parent.is_dir() else []
        raise InputError(f"{file}: there is no such file{did_you_mean(file.name, near)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: it cannot be read ({type(error).__name__}); allowed: a CSV file") from None
    for mark, kind in _BINARY.items():
        if content.startswith(mark):
            raise InputError(f"{file}: found {kind}; allowed: a CSV file, as text")
    if len(content) < _LEAST and not content.strip(b"\xef\xbb\xbf\r\n\t ,;\x00"):
        raise InputError(f"{file}: the file is empty; allowed: a CSV file with a row of names and at least one row")
    return content


def _unicode(file: Path, content: bytes) -> bytes:
    """The content in UTF-8, without its mark."""
    if content.startswith(_UTF16):
        try:
            return content.decode("utf-16").encode()
        except UnicodeError:
            raise InputError(f"{file}: its UTF-16 is damaged; allowed: a CSV file in UTF-8") from None
    plain = content.removeprefix(b"\xef\xbb\xbf")
    zero = plain.find(b"\x00")
    if zero >= 0:
        raise InputError(f"{file}, row {_row_at(plain, zero)}: found a zero byte; allowed: text in UTF-8")
    return plain


def _row_at(plain: bytes, position: int) -> int:
    return plain.count(b"\n", 0, position) + 1


def _present(file: Path, plain: bytes, fields: Sequence[Field]) -> list[Field]:
    """The fields that the row of names has, which must be one of each at most."""
    names = _names(file, plain)
    for field in fields:
        if names.count(field.name) > 1:
            raise InputError(f"{file}: column '{field.name}' is there {names.count(field.name)} times; allowed: once")
    missing = [field.name for field in fields if field.required and field.name not in names]
    if missing:
        raise InputError(_missing(file, names, missing))
    return [field for field in fields if field.name in names]


def _missing(file: Path, names: Sequence[str], missing: Sequence[str]) -> str:
    for mark in (";", "\t", "|"):
        if len(names) == 1 and mark in names[0]:
            return f"{file}: found {mark!r} between the columns; allowed: ',' (save it as a CSV file with commas)"
    spare = [name for name in names if name not in missing]
    hint = did_you_mean(missing[0], spare)
    those = f"column '{missing[0]}'" if len(missing) == 1 else f"columns {', '.join(map(repr, missing))}"
    verb = "is" if len(missing) == 1 else "are"
    about = f" (for '{missing[0]}')" if hint and len(missing) > 1 else ""
    return f"{file}: {those} {verb} missing; found: {one_of(map(repr, names))}{hint}{about}"


def _names(file: Path, plain: bytes) -> list[str]:
    end = plain.find(b"\n")
    first = plain if end < 0 else plain[:end]
    try:
        return [name.strip() for name in next(csv.reader([first.decode().rstrip("\r")]))]
    except (UnicodeError, csv.Error, StopIteration):
        raise InputError(f"{file}, row 1: the names of the columns cannot be read; allowed: text in UTF-8") from None


_TYPES = {
    Cell.TEXT: pa.dictionary(pa.int32(), pa.string()),
    Cell.NUMBER: pa.float64(),
    Cell.WHOLE: pa.int64(),
    Cell.TRUTH: pa.bool_(),
}


def _fast(plain: bytes, present: Sequence[Field]) -> pa.Table | None:
    """The table as pyarrow reads it; None where it cannot."""
    try:
        return _read(plain, {field.name: _TYPES[field.cell] for field in present}, [""], threads=True)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None


def _read(
    plain: bytes,
    types: dict[str, pa.DataType],
    nulls: list[str],
    threads: bool,
    bad: Callable[[Any], str] | None = None,
) -> pa.Table:
    names = _names(Path(), plain)
    return arrow_csv.read_csv(
        pa.py_buffer(plain),
        arrow_csv.ReadOptions(use_threads=threads, column_names=names, skip_rows=1, block_size=4 << 20),
        arrow_csv.ParseOptions(invalid_row_handler=bad),
        arrow_csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=nulls,
            true_values=list(TRUE),
            false_values=list(FALSE),
            strings_can_be_null=False,
        ),
    )


def _slow(file: Path, plain: bytes, present: Sequence[Field]) -> pa.Table:
    """The table from its texts, cell by cell, which names the first one that cannot be read."""
    texts = _texts(file, plain, present)
    arrays = {field.name: _parsed(file, field, texts.column(field.name).to_pylist()) for field in present}
    return pa.table(arrays)


def _texts(file: Path, plain: bytes, present: Sequence[Field]) -> pa.Table:
    bad: list[Any] = []

    def note(row: Any) -> str:
        bad.append(row)
        return "skip"

    try:
        table = _read(plain, {field.name: pa.string() for field in present}, [], threads=False, bad=note)
    except pa.ArrowInvalid as error:
        raise InputError(f"{file}{_where_not_unicode(plain) or f': {_first_line(error)}'}") from None
    if bad:
        row = bad[0]
        raise InputError(
            f"{file}, row {row.number}: found {row.actual_columns} values where there are {row.expected_columns} "
            "columns; allowed: one value for each column"
        )
    return table


def _where_not_unicode(plain: bytes) -> str:
    try:
        plain.decode()
    except UnicodeDecodeError as error:
        row = _row_at(plain, error.start)
        return f", row {row}: found a byte that is no UTF-8 ({plain[error.start]:#04x}); allowed: text in UTF-8"
    return ""


def _first_line(error: BaseException) -> str:
    return str(error).split("\n")[0]


def _parsed(file: Path, field: Field, texts: list[str]) -> pa.Array:
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
    return pa.array(values, _TYPES[field.cell])


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


def _checked(file: Path, field: Field, column: pa.ChunkedArray) -> Any:
    """The column as an array (texts as a dictionary of pyarrow), each of whose values is allowed."""
    if field.cell is Cell.TEXT:
        return _filled_texts(file, field, column)
    if column.null_count and not field.may_be_blank:
        refuse(file, _first(np.asarray(column.is_null())), field.name, "", f"{field.allowed} (it is blank)")
    values = column.to_numpy()
    if field.cell is Cell.NUMBER:
        lost = ~np.isfinite(values) & ~(np.asarray(column.is_null()) if column.null_count else False)
        _all(file, field, values, lost)
        if (np.abs(values) >= LARGEST).any():
            index = _first(np.abs(values) >= LARGEST)
            refuse(file, index, field.name, values[index].item(), f"{field.allowed}, less than {LARGEST:g}")
    if field.holds is not None:
        _all(file, field, values, ~(field.holds(values) | (values != values)))
    return values


def _all(file: Path, field: Field, values: np.ndarray[Any, Any], wrong: np.ndarray[Any, Any]) -> None:
    if wrong.any():
        index = _first(wrong)
        refuse(file, index, field.name, values[index].item(), field.allowed)


def _filled_texts(file: Path, field: Field, column: pa.ChunkedArray) -> pa.DictionaryArray:
    whole = column.unify_dictionaries().combine_chunks()
    array = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    blank = [code for code, text in enumerate(array.dictionary.to_pylist()) if not text.strip()]
    if blank and not field.may_be_blank:
        rows = np.isin(array.indices.to_numpy(), blank)
        if rows.any():
            refuse(file, _first(rows), field.name, "", "a name")
    return array


def _first(wrong: np.ndarray[Any, Any]) -> int:
    return int(np.argmax(wrong))
