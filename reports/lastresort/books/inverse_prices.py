"""Prices of inverse contracts, which a book counts as units of the base at the mark: as quoted, and per such unit.

A contract of Q dollars, entered at p, has won Q (1 - mark / p) USD at the mark. Counted as Q / mark units, whose price
is linear, it has won the same from mark x (2 - mark / p) on.
"""

from math import inf

from lastresort.books.book import Book, Kind


def per_unit(book: Book, market: int, price: float) -> float:
    """Return the price of a unit of the base, USD, for one that is quoted; it is the same but for inverse contracts."""
    mark = float(book.markets.mark[market])
    return price if book.markets.kind[market] != Kind.INVERSE else mark * (2.0 - mark / price)


def as_quoted(book: Book, market: int, price: float) -> float:
    """Return the quoted price, USD, of that of a unit of the base; infinite where more is lost than any price takes."""
    mark = float(book.markets.mark[market])
    if book.markets.kind[market] != Kind.INVERSE:
        return price
    return mark / (2.0 - price / mark) if price < 2.0 * mark else inf
