"""Least quantities of markets, given by name."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lastresort.books.book import Book
from lastresort.plugins.errors import InputError


def with_lots(book: Book, lots: Mapping[str, float], option: str) -> Book:
    """Return the book with other lots, in units of the base, by names of markets as `Book.at` takes them.

    Raises InputError, which begins with `option`, for a market that the book has not and for a lot that is not above 0.
    """
    if not lots:
        return book
    lot = book.markets.lot.copy()
    for name, size in lots.items():
        if not (np.isfinite(size) and size > 0):
            raise InputError(f"{option} {name}: found {size!r}; allowed: a number above 0, in units of the base")
        lot[book.rows_named(name, option)] = size
    lot.setflags(write=False)
    return replace(book, markets=replace(book.markets, lot=lot))
