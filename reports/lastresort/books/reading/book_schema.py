"""The JSON Schema of a book's table, out of the same declaration that its reader goes by."""

from typing import Any

from lastresort.books.reading.table_columns import COLUMNS, BookColumn, Content, Level

LEVELS = {
    Level.UNIT: "; the same in all rows of the account that are not isolated",
    Level.ACCOUNT: "; the same in all rows of the account",
    Level.MARKET: "; the same in all rows of the venue, market and kind",
}


def book_schema() -> dict[str, Any]:
    """Return the JSON Schema of a book as JSON: an array of objects, one for each position.

    A CSV file, a Parquet file or a data frame has the same columns.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Book",
        "description": "Positions and money of a venue's accounts at one moment, one row per position; money in USD.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {column.name: _property(column) for column in COLUMNS},
            "required": [column.name for column in COLUMNS if column.required],
            "anyOf": [{"required": ["collateral"]}, {"required": ["equity"]}],
        },
    }


def _property(column: BookColumn) -> dict[str, Any]:
    described = {"description": f"{column.text}{LEVELS.get(column.level, '')}"}
    if column.content is Content.ID:
        return {"type": ["string", "integer"], "minLength": 1} | described
    if column.content is Content.WORD:
        words = [*dict.fromkeys(word for word, _ in column.words)]
        return {"type": ["string", "null"], "enum": [*words, "", None]} | described
    return {"type": ["number", "string", "null"]} | _bounds(column) | described


def _bounds(column: BookColumn) -> dict[str, float]:
    if column.low is None:
        return {}
    bounds = {"exclusiveMinimum" if column.above else "minimum": column.low}
    return bounds if column.high is None else bounds | {"maximum": column.high}
