"""A file, opened: CSV, Parquet or JSON by what is in it."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from lastresort.books.reading.csv_table import csv_table
from lastresort.books.reading.json_table import json_table
from lastresort.books.reading.layout import Layout
from lastresort.books.reading.raw_table import RawTable
from lastresort.books.reading.text_encoding import as_utf8
from lastresort.books.reading.typed_table import parquet_table
from lastresort.plugins.errors import InputError, did_you_mean


def opened(path: str | Path, layout: Layout, known: Collection[str], drop_bad: bool) -> RawTable:
    """Return the table of a file; `known` are the normalised headers that are looked for.

    Raises InputError, in one sentence, for whatever cannot be read.
    """
    source = str(path)
    data = _bytes(Path(path))
    if data.startswith(b"PAR1"):
        return parquet_table(data, source)
    text, note = as_utf8(data, source)
    del data
    first = text[:100].lstrip()[:1]
    if first in (b"[", b"{") or source.casefold().endswith(".json"):
        table = json_table(text, source, layout)
    else:
        table = csv_table(text, source, known, drop_bad)
    return replace(table, notes=(f"{source}: {note}",)) if note else table


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise InputError(f"{path}: there is no such file{_meant(path)}")
        if not path.is_file():
            raise InputError(f"{path}: is a folder, or no plain file; allowed: CSV, Parquet or JSON")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if len(data) < 1 << 16 and not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise InputError(f"{path}: is empty; allowed: a table with a header and a row for each position")
    return data


def _meant(path: Path) -> str:
    near = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    return did_you_mean(path.name, near)
