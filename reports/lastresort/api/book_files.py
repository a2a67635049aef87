"""Books from files that are joined."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lastresort.books.book import Book
from lastresort.books.reading.lots import with_lots


def read_books(
    files: Sequence[str | Path],
    layout: str | Path | None = None,
    lots: Mapping[str, float] | None = None,
    **added: Any,
) -> Book:
    """Read books, all in one layout, and join them; `lots` are smallest sizes by market, `added` as `Book.read`."""
    books = [Book.read(file, layout, **added) for file in files]
    book = books[0] if len(books) == 1 else Book.concat(books)
    return with_lots(book, lots, "--lot") if lots else book
