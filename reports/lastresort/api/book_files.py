"""Books as they are given, files that are joined, and folders that are written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.books.book import Book
from lastresort.books.reading.lots import with_lots
from lastresort.experiments.folders.writing import write_whole, writing_to

if TYPE_CHECKING:
    import pandas as pd


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


def book_given(book: "str | Path | pd.DataFrame | Book") -> Book:
    """Return the book that a file, a frame or a book is."""
    if isinstance(book, Book):
        return book
    return Book.read(book) if isinstance(book, str | Path) else Book.from_frame(book)


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files by their names into a folder, which is made, and return them; InputError where that cannot be."""
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            write_whole(folder / name, content)
    return [folder / name for name in contents]
