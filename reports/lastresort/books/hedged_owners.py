"""Owners whose legs offset each other, and whose do not any more once a rule has closed some of them."""

from dataclasses import dataclass

import numpy as np

from lastresort.books.book import Book, Texts, summed
from lastresort.mechanisms.contract import Bools, Floats, Ints

HEDGED, UNHEDGED = 0.02, 0.20
"""Net over gross: up to here a book is hedged, beyond there it is not; as in the score of market-neutral failure."""


@dataclass(frozen=True, eq=False)
class HedgedOwners:
    """Owners `[k]` with at least two legs, on all venues and in spot, whose net is within 2 % of gross; their legs."""

    owners: Texts
    legs: Ints
    owner_of_leg: Ints
    value: Floats
    mark: Floats

    @classmethod
    def of(cls, book: Book) -> "HedgedOwners":
        """Those of a book, at its marks; the book keeps them."""
        kept = book.snapshots
        if cls not in kept:
            kept[cls] = cls._found(book)
        found: HedgedOwners = kept[cls]
        return found

    @classmethod
    def _found(cls, book: Book) -> "HedgedOwners":
        owner = book.owner[book.unit_account[book.unit]]
        value = book.quantity * book.mark
        count, net, gross = (
            summed(owner, column, len(book.owners)) for column in (np.ones(len(value)), value, np.abs(value))
        )
        hedged = (count >= 2) & (np.abs(net) <= HEDGED * gross) & (gross > 0)
        legs = np.flatnonzero(hedged[owner])
        number = np.cumsum(hedged) - 1
        return cls(book.owners[hedged], legs, number[owner[legs]], value[legs], book.mark[legs])

    def broken(self, moved: Floats) -> Bools:
        """Whose net is beyond 20 % of gross once positions have changed by `moved` (signed contracts) `[P]`, `[k]`.

        Whoever holds nothing any more is not unhedged.
        """
        value = self.value + moved[self.legs] * self.mark
        net, gross = (summed(self.owner_of_leg, column, len(self.owners)) for column in (value, np.abs(value)))
        return np.asarray(np.abs(net) > UNHEDGED * gross)
