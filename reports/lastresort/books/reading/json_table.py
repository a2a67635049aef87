"""A table from JSON: an array of objects, or what an exchange answers, as its layout says where the records are."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lastresort.books.reading.headers_found import columns_by_header
from lastresort.books.reading.layout import Layout, layout_names
from lastresort.books.reading.layout import layout as known_layout
from lastresort.books.reading.raw_table import Cells, RawTable, text_cells
from lastresort.plugins.errors import InputError, one_of

PLAIN_LIST = "an array of objects, one for each position"


class Bare(str):
    """A number as it is written in JSON, so that no digit is lost."""


def json_table(text: bytes, source: str, layout: Layout) -> RawTable:
    """Return the records of a JSON text as columns; InputError for JSON that has no list of objects."""
    document = _document(text, source)
    records = _records(document, source, layout)
    joined = {name: _by_key(document, lookup.records, lookup.key) for name, lookup in layout.lookups.items()}
    rows = [
        one | {name: rows.get(_text(one.get(layout.lookups[name].of)), {}) for name, rows in joined.items()}
        for one in records
    ]
    headers = layout.headers() if layout.columns else dict.fromkeys(key for row in rows for key in row)
    nested = bool(layout.columns)
    found = [_column(header, document, rows, nested) for header in headers]
    columns = [one for one in found if one is not None]
    return RawTable(source, "record", len(rows), columns_by_header(source, columns), lambda row: row + 1)


def _column(header: str, document: Any, rows: list[dict[str, Any]], nested: bool) -> Cells | None:
    """A column of values under a dotted path; None where no row has it."""
    if header.startswith("$."):
        found = [_at(document, header[2:])] * len(rows)
    else:
        found = [_at(row, header) if nested else row.get(header) for row in rows]
    if nested and all(one is None for one in found):
        return None
    return text_cells(header, map(_scalar, found))


def _scalar(value: Any) -> Any:
    return json.dumps(value)[:1000] if isinstance(value, dict | list) else value


def _records(document: Any, source: str, layout: Layout) -> list[dict[str, Any]]:
    found = [_at(document, path) for path in layout.records or ("",)]
    lists = [one for one in found if isinstance(one, list)]
    if not lists:
        wanted = " or ".join(f"'{path}'" for path in layout.records if path)
        where = f"a list under {wanted}, as {layout.title} has it" if wanted else PLAIN_LIST
        raise InputError(f"{source}: found {_kind(document)}; allowed: {where}{_hint(document, layout)}")
    records = [one for rows in lists for one in rows]
    for at, one in enumerate(records, 1):
        if not isinstance(one, dict):
            raise InputError(f"{source}, record {at}: found {_kind(one)}; allowed: an object")
    return records


def _hint(document: Any, layout: Layout) -> str:
    if layout.columns or not isinstance(document, dict):
        return ""
    named = [name for name in layout_names() if any(isinstance(_at(document, one), list) for one in _paths(name))]
    return f"; the answer of an exchange needs --map {one_of(named or layout_names())}"


def _paths(name: str) -> tuple[str, ...]:
    return tuple(path for path in known_layout(name).records if path)


def _by_key(document: Any, path: str, key: str) -> dict[str, Any]:
    rows = _at(document, path)
    return {_text(one.get(key)): one for one in rows if isinstance(one, dict)} if isinstance(rows, list) else {}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _at(value: Any, path: str) -> Any:
    """What is under a dotted path; None where there is nothing."""
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _document(text: bytes, source: str) -> Any:
    try:
        return json.loads(
            text, parse_float=Bare, parse_int=Bare, parse_constant=Bare, object_pairs_hook=lambda pairs: _once(pairs)
        )
    except json.JSONDecodeError as error:
        several = "; one object a line is not read, so put them into one array" if error.msg == "Extra data" else ""
        raise InputError(f"{source}, line {error.lineno}: not valid JSON: {error.msg}{several}") from error
    except RecursionError as error:
        raise InputError(f"{source}: not valid JSON: values lie too deep in one another") from error
    except _TwiceError as error:
        raise InputError(f"{source}: found the key '{error}' twice in one object; allowed: once") from error


class _TwiceError(Exception):
    """A key that an object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _kind(value: Any) -> str:
    kinds: Iterable[tuple[type, str]] = ((dict, "an object"), (list, "a list"), (Bare, "a number"), (str, "a text"))
    return next((name for kind, name in kinds if isinstance(value, kind)), str(value).lower())
