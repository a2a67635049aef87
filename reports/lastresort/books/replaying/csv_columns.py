"""Typed columns of a CSV file, with one sentence where a cell is not what it should be."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from lastresort.books.replaying.csv_cells import FALSE, LARGEST, TRUE, TYPES, Cell, Field, parsed, refuse
from lastresort.books.replaying.csv_content import content_of, in_unicode, names_of, where_not_unicode
from lastresort.plugins.errors import InputError, did_you_mean, one_of


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
    content = content_of(file)
    sha256 = hashlib.sha256(content).hexdigest()
    plain = in_unicode(file, content)
    present = _present(file, plain, fields)
    table = _fast(plain, present)
    if table is None:
        table = _slow(file, plain, present)
    if not table.num_rows:
        raise InputError(f"{file}: it has names of columns and no row; allowed: at least one row")
    columns = {field.name: _checked(file, field, table.column(field.name)) for field in present}
    return CsvColumns(str(file), sha256, table.num_rows, columns)


def _present(file: Path, plain: bytes, fields: Sequence[Field]) -> list[Field]:
    """The fields that the row of names has, which must be one of each at most."""
    names = names_of(file, plain)
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


def _fast(plain: bytes, present: Sequence[Field]) -> pa.Table | None:
    """The table as pyarrow reads it; None where it cannot."""
    try:
        return _read(plain, {field.name: TYPES[field.cell] for field in present}, [""], threads=True)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None


def _read(
    plain: bytes,
    types: dict[str, pa.DataType],
    nulls: list[str],
    threads: bool,
    bad: Callable[[Any], str] | None = None,
) -> pa.Table:
    names = names_of(Path(), plain)
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
    arrays = {field.name: parsed(file, field, texts.column(field.name).to_pylist()) for field in present}
    return pa.table(arrays)


def _texts(file: Path, plain: bytes, present: Sequence[Field]) -> pa.Table:
    bad: list[Any] = []

    def note(row: Any) -> str:
        bad.append(row)
        return "skip"

    try:
        table = _read(plain, {field.name: pa.string() for field in present}, [], threads=False, bad=note)
    except pa.ArrowInvalid as error:
        raise InputError(f"{file}{where_not_unicode(plain) or f': {_first_line(error)}'}") from None
    if bad:
        row = bad[0]
        raise InputError(
            f"{file}, row {row.number}: found {row.actual_columns} values where there are {row.expected_columns} "
            "columns; allowed: one value for each column"
        )
    return table


def _first_line(error: BaseException) -> str:
    return str(error).split("\n")[0]


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
