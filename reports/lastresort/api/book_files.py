"""Books from files that are joined."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lastresort.books.book import Book


def read_books(files: Sequence[str | Path], layout: str | Path | None = None, **added: Any) -> Book:
    """Read books, all in one layout, and join them; `added` is what `Book.read` takes."""
    books = [Book.read(file, layout, **added) for file in files]
    return books[0] if len(books) == 1 else Book.concat(books)
