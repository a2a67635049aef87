"""Score tables as files: CSV, Parquet, or JSON with a row per object."""

import io
import json
from collections.abc import Callable, Mapping

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from lastresort.experiments.store import to_parquet

AT_ONCE = 5_000
"""Rows that are turned into objects at a time."""


def written(table: pd.DataFrame, suffix: str) -> bytes:
    """Return a table as a file whose name ends in `suffix`, one of `FORMATS`; undefined numbers are empty or null."""
    return FORMATS[suffix](table)


def _csv(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), content, csv.WriteOptions(quoting_style="needed"))
    return content.getvalue()


def _json(table: pd.DataFrame) -> bytes:
    content = bytearray(b"[")
    for start in range(0, len(table), AT_ONCE):
        rows = table.iloc[start : start + AT_ONCE]
        columns = [column.astype(object).where(column.notna(), None).tolist() for _, column in rows.items()]
        objects = [dict(zip(table, row, strict=True)) for row in zip(*columns, strict=True)]
        content += (b",\n" if start else b"") + json.dumps(objects)[1:-1].encode()
    content += b"]\n"
    return bytes(content)


FORMATS: Mapping[str, Callable[[pd.DataFrame], bytes]] = {".csv": _csv, ".parquet": to_parquet, ".json": _json}
"""How a table is written, by the end of the file's name."""
