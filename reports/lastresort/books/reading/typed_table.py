"""A table from Parquet or from a data frame: columns keep their types."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from lastresort.books.reading.headers_found import columns_by_header
from lastresort.books.reading.raw_table import Cells, RawTable, text_cells
from lastresort.plugins.errors import InputError, one_line

if TYPE_CHECKING:
    import pandas as pd


def parquet_table(data: bytes, source: str) -> RawTable:
    """Return the columns of a Parquet file; InputError where it is damaged."""
    try:
        table = parquet.read_table(pa.BufferReader(data))
        columns = [_cells(name, table.column(at)) for at, name in enumerate(table.column_names)]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{source}: cannot be read as Parquet ({one_line(error)})") from error
    return RawTable(source, "record", table.num_rows, columns_by_header(source, columns), lambda row: row + 1)


def frame_table(frame: "pd.DataFrame", source: str) -> RawTable:
    """Return the columns of a data frame; its index is not looked at."""
    columns = [_of_series(_name(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    return RawTable(source, "record", len(frame), columns_by_header(source, columns), lambda row: row + 1)


def _name(name: Any) -> str:
    return ".".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _of_series(header: str, series: "pd.Series[Any]") -> Cells:
    try:
        return _cells(header, pa.array(series, from_pandas=True))
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        found = zip(series.tolist(), series.isna().tolist(), strict=True)
        return text_cells(header, [None if missing else one for one, missing in found])


def _cells(header: str, values: pa.Array | pa.ChunkedArray) -> Cells:
    """Cells with texts as plain strings, each chunk joined to one."""
    array = pa.concat_arrays(values.chunks or [pa.array([], values.type)]) if _chunked(values) else values
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        array = pc.cast(array, pa.string())
    return Cells(header.strip(), array)


def _chunked(values: Any) -> bool:
    return isinstance(values, pa.ChunkedArray)
