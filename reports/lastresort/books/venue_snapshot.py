"""The positions of one venue of a book, sorted as its ledger wants them: once for all policies."""

from dataclasses import dataclass

import numpy as np

from lastresort.books.book import Book
from lastresort.mechanisms.contract import Floats, Ints


@dataclass(frozen=True, eq=False)
class VenueSnapshot:
    """Positions `[P]` of a venue by market and unit.

    `row` is where each stands in the book; `rate` its profit and `basis` its entry value per contract, in USD; `units`
    are the venue's margin units.
    """

    row: Ints
    unit: Ints
    market: Ints
    quantity: Floats
    entry_price: Floats
    rate: Floats
    basis: Floats
    units: Ints
    gross: float

    @classmethod
    def of(cls, book: Book, venue: int) -> "VenueSnapshot":
        """Those of a book, which keeps them."""
        kept = book.snapshots
        if venue not in kept:
            kept[venue] = cls._sorted(book, venue)
        found: VenueSnapshot = kept[venue]
        return found

    @classmethod
    def _sorted(cls, book: Book, venue: int) -> "VenueSnapshot":
        here = np.flatnonzero(book.markets.venue[book.market] == venue)
        place = book.market[here].astype(np.int64) * max(len(book.cash), 1) + book.unit[here]
        row = here[np.argsort(place)]
        quantity = book.quantity[row]
        return cls(
            row=row,
            unit=book.unit[row],
            market=book.market[row],
            quantity=quantity,
            entry_price=book.entry_price[row],
            rate=book.profit[row] / quantity,
            basis=book.entry_value[row] / np.abs(quantity),
            units=np.flatnonzero(book.account_venue[book.unit_account] == venue),
            gross=float(book.notional[row].sum()),
        )
