"""Several books as one: accounts and markets that come in more than one must agree."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from lastresort.books.book import ACCOUNT_COLUMNS, POSITION_COLUMNS, Book, Kind, Markets, Reading, Texts, frozen_columns
from lastresort.books.reading.group_agreement import agreed, first_rows, grouped
from lastresort.books.reading.raw_table import quoted
from lastresort.books.reading.unit_cash import CENT
from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError

OF_MARKETS = ("mark", "previous_mark", "index", "last_settlement", "lot", "beta")


def joined(books: Sequence[Book]) -> Book:
    """Return one book of all accounts; those of the same venue and name are one, as are owners of the same name.

    Raises InputError, naming both sources, where such accounts or markets of the same venue, name and kind disagree,
    and where an account has a market in two books.
    """
    if not books:
        raise InputError("there is no book to join; allowed: one or more")
    return books[0] if len(books) == 1 else _Joining(books).book()


class _Joining:
    """Rows of all books behind one another."""

    def __init__(self, books: Sequence[Book]) -> None:
        self.books = books
        self.venues = list(dict.fromkeys(chain.from_iterable(book.venues.tolist() for book in books)))
        self.account = self._rows(lambda book: book.account)
        self.account_venue = self._rows(lambda book: self._venue(book, book.account_venue))
        self.of_account = self._from(lambda book: len(book.account))
        self.row, self.size = _keyed(self.account, self.account_venue)
        self.first = first_rows(self.row, self.size, np.ones(len(self.row), dtype=bool))

    def book(self) -> Book:
        """The one book."""
        market, markets = self._markets()
        owner, owners = self._owners()
        unit_account, isolated = self._unit_accounts(), self._rows(lambda book: book.isolated)
        units, size = grouped(np.where(isolated, self.size + np.arange(len(isolated)), unit_account))
        unit = units[self._shifted(lambda book: book.unit, lambda book: len(book.cash))]
        self._refuse_twice(unit_account, unit, units, market, markets)
        firsts = first_rows(units, size, np.ones(len(units), dtype=bool))
        return frozen_columns(
            Book(
                account=self.account[self.first],
                account_venue=self.account_venue[self.first],
                owner=owner,
                owners=owners,
                venues=np.array(self.venues, dtype=object),
                unit_account=unit_account[firsts],
                isolated=isolated[firsts],
                cash=self._cash(units, size, unit_account),
                unit=unit,
                market=market,
                quantity=self._rows(lambda book: book.quantity),
                entry_price=self._rows(lambda book: book.entry_price),
                markets=markets,
                given=self._given(),
                reading=self._reading(),
                coin=self._coins(firsts),
            )
        )

    def _rows(self, column: Callable[[Book], np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        return np.concatenate([column(book) for book in self.books])

    def _from(self, size: Callable[[Book], int]) -> Ints:
        """Which book each row is from."""
        return np.repeat(np.arange(len(self.books)), [size(book) for book in self.books])

    def _shifted(self, column: Callable[[Book], Ints], size: Callable[[Book], int]) -> Ints:
        """A column of rows of another one, which stands behind those of the books before."""
        starts = np.cumsum([0, *(size(book) for book in self.books[:-1])])
        return np.concatenate([column(book) + start for book, start in zip(self.books, starts, strict=True)])

    def _venue(self, book: Book, rows: Ints) -> Ints:
        return np.array([self.venues.index(name) for name in book.venues.tolist()], dtype=np.int64)[rows]

    def _unit_accounts(self) -> Ints:
        return self.row[self._shifted(lambda book: book.unit_account, lambda book: len(book.account))]

    def _markets(self) -> tuple[Ints, Markets]:
        name, kind = self._rows(lambda book: book.markets.name), self._rows(lambda book: book.markets.kind)
        venue = self._rows(lambda book: self._venue(book, book.markets.venue))
        row, size = _keyed(name, venue * len(Kind) + kind)
        first = first_rows(row, size, np.ones(len(row), dtype=bool))
        source = self._from(lambda book: len(book.markets.name))
        columns = [
            agreed(values, row, size, self._odds(title, "market", name, venue, source, values))
            for title in OF_MARKETS
            for values in [self._rows(lambda book, title=title: getattr(book.markets, title))]  # type: ignore[misc]
        ]
        self.market_row = row
        market = row[self._shifted(lambda book: book.market, lambda book: len(book.markets.name))]
        return market, Markets(name[first], venue[first], kind[first], *columns)

    def _owners(self) -> tuple[Ints, Texts]:
        names = self._rows(lambda book: book.owners[book.owner])
        codes, distinct = pd.factorize(names)
        tell = self._odds("owner", "account", self.account, self.account_venue, self.of_account, names)
        rows, owners = pd.factorize(distinct[agreed(codes.astype(float), self.row, self.size, tell).astype(np.int64)])
        return np.asarray(rows, dtype=np.int64), np.asarray(owners, dtype=object)

    def _cash(self, units: Ints, size: int, unit_account: Ints) -> Floats:
        cash = self._rows(lambda book: book.cash)
        names, venues = self.account[self.first][unit_account], self.account_venue[self.first][unit_account]
        source = self._from(lambda book: len(book.cash))
        return agreed(cash, units, size, self._odds("cash", "account", names, venues, source, cash), CENT)

    def _coins(self, firsts: Ints) -> Ints | None:
        """The market of the coin of each unit's money, -1 for USD, as the first book has it."""
        if all(book.coin is None for book in self.books):
            return None
        starts = np.cumsum([0, *(len(book.markets.name) for book in self.books)])
        told = [np.full(len(book.cash), -1) if book.coin is None else book.coin for book in self.books]
        parts = [np.where(one < 0, -1, one + start) for one, start in zip(told, starts, strict=False)]
        found: Ints = np.append(self.market_row, -1)[np.concatenate(parts)][firsts]
        return found

    def _refuse_twice(self, unit_account: Ints, unit: Ints, units: Ints, market: Ints, markets: Markets) -> None:
        """Positions of one account and market in two books; those of one book are its own affair."""
        source = self._from(lambda book: len(book.quantity))
        account = unit_account[first_rows(units, int(units.max(initial=-1)) + 1, np.ones(len(units), dtype=bool))][unit]
        group, size = grouped(account * (len(markets.name) + 1) + market)
        first = first_rows(group, size, np.ones(len(group), dtype=bool))[group]
        odd = np.flatnonzero(source != source[first])
        if len(odd):
            at = int(odd[0])
            name = quoted(self.account[self.first][account[at]])
            raise InputError(
                f"{self._source(source[at])}: account {name} has market {quoted(markets.name[market[at]])}, as it has "
                f"in {self._source(source[first[at]])}; allowed: one position in each market"
            )

    def _given(self) -> dict[str, Floats]:
        names = dict.fromkeys(name for book in self.books for name in book.given)
        found = {name: self._rows(lambda book, name=name: _column(book, name)) for name in names}  # type: ignore[misc]
        for name in names:
            if name in ACCOUNT_COLUMNS:
                values = found[name]
                tell = self._odds(name, "account", self.account, self.account_venue, self.of_account, values)
                found[name] = agreed(values, self.row, self.size, tell)
        return found

    def _odds(
        self, title: str, what: str, names: Texts, venues: Ints, source: Ints, values: np.ndarray[Any, Any]
    ) -> Callable[[int, int], str]:
        def tell(one: int, other: int) -> str:
            place = f"{what} {quoted(names[other])} of venue {quoted(self.venues[venues[other]])}"
            first, second = (_shown(values[row]) for row in (one, other))
            return (
                f"{self._source(source[other])}: found {title} {second} of {place}, which is {first} in "
                f"{self._source(source[one])}; allowed: the same in both"
            )

        return tell

    def _source(self, book: int) -> str:
        return ", ".join(self.books[book].reading.sources) or f"book {book + 1}"

    def _reading(self) -> Reading:
        every = [book.reading for book in self.books]
        return Reading(
            sources=tuple(chain.from_iterable(one.sources for one in every)),
            rows=sum(one.rows for one in every),
            flat=tuple(chain.from_iterable(one.flat for one in every)),
            netted=sum(one.netted for one in every),
            dropped=tuple(chain.from_iterable(one.dropped for one in every)),
            notes=tuple(dict.fromkeys(chain.from_iterable(one.notes for one in every))),
        )


def _column(book: Book, name: str) -> Floats:
    size = len(book.quantity) if name in POSITION_COLUMNS else len(book.account)
    return book.given.get(name, np.full(size, np.nan))


def _shown(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else f"{value:,.10g}"


def _keyed(names: Texts, codes: Ints) -> tuple[Ints, int]:
    """The group of each pair of a name and a code, in order of appearance, and how many there are."""
    name, distinct = pd.factorize(names)
    return grouped(np.asarray(codes * (len(distinct) + 1) + name))
