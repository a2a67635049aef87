"""A book: the positions and the money of a venue's accounts at one moment, as columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError, did_you_mean, one_of

if TYPE_CHECKING:
    import pandas as pd

    from lastresort.books.allocations import Allocations
    from lastresort.mechanisms.policy import Policy

Texts = np.ndarray[Any, np.dtype[np.object_]]
"""A column of texts."""


class Kind(IntEnum):
    """What a position is: a linear contract, the thing itself, or a contract in USD that is settled in its coin."""

    PERP = 0
    SPOT = 1
    INVERSE = 2


@dataclass(frozen=True, eq=False)
class Markets:
    """Instruments `[M]`: one for each venue, name and kind.

    `mark`, `previous_mark`, `index` and `last_settlement` are USD per unit of the base, `lot` is in units of the base,
    `beta` is a ratio; all but the mark are NaN where the book does not say. `venue` is a row of the book's venues.
    """

    name: Texts
    venue: Ints
    kind: Ints
    mark: Floats
    previous_mark: Floats
    index: Floats
    last_settlement: Floats
    lot: Floats
    beta: Floats


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out because its owner said so: where it is and what is wrong with it."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a book came about: its files, how many rows they have, and what was made of those that are no position.

    `flat` names rows without a position, `netted` counts rows of hedge mode that became one with another, `dropped` are
    rows that were left out on demand, `notes` are sentences a reader should know, such as an exchange rate.
    """

    sources: tuple[str, ...] = ()
    rows: int = 0
    flat: tuple[str, ...] = ()
    netted: int = 0
    dropped: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Book:
    """Accounts `[A]`, their margin units `[U]` and positions `[P]` in markets `[M]`; money in USD.

    A margin unit is an account, or one position where that is `isolated`. `cash` is what a unit owns besides the profit
    of its contracts and the value of its spot. `quantity` (long positive) is in units of the base at the mark, that of
    an inverse contract too, and `entry_price` is as quoted. `owner` are rows of `owners`, `account_venue` of `venues`.
    `coin` are rows of the markets `[U]` whose marks the units' cash follows, -1 for USD; None where all of it is USD.
    `given` are further columns by name: those of POSITION_COLUMNS `[P]` and those of ACCOUNT_COLUMNS `[A]`.
    No two positions have the same unit and market, and none is flat.
    """

    account: Texts
    account_venue: Ints
    owner: Ints
    owners: Texts
    venues: Texts
    unit_account: Ints
    isolated: Bools
    cash: Floats
    unit: Ints
    market: Ints
    quantity: Floats
    entry_price: Floats
    markets: Markets
    given: Mapping[str, Floats] = field(default_factory=dict)
    reading: Reading = Reading()
    coin: Ints | None = None

    @classmethod
    def read(
        cls,
        path: str | Path,
        map: str | Path | None = None,
        *,
        account: str | None = None,
        equity: float | None = None,
        collateral: float | None = None,
        owner: str | None = None,
        fx: Mapping[str, float] | None = None,
        decimal: str | None = None,
        drop_bad: bool = False,
        lots: Mapping[str, float] | None = None,
    ) -> "Book":
        """Read a book from CSV, Parquet or JSON; InputError, in one sentence, for whatever is wrong with the file.

        `map` is the name of a layout or the file of one. `account`, `owner`, and `equity` or `collateral` in USD, hold
        where the file says nothing. `fx` is USD per unit of other currencies, `decimal` the decimal mark where the file
        does not show it, `lots` are least quantities by market. `drop_bad` leaves out rows with bad cells and names
        them in `reading.dropped`.
        """
        from lastresort.books.reading.book_file import Added, book_from_file

        added = Added(map, account, equity, collateral, owner, fx, decimal, drop_bad, lots)
        return book_from_file(path, added)

    @classmethod
    def from_frame(
        cls,
        frame: "pd.DataFrame",
        map: str | Path | None = None,
        *,
        account: str | None = None,
        equity: float | None = None,
        collateral: float | None = None,
        owner: str | None = None,
        fx: Mapping[str, float] | None = None,
        decimal: str | None = None,
        drop_bad: bool = False,
        lots: Mapping[str, float] | None = None,
    ) -> "Book":
        """Take a book from a data frame with the columns of a file, as `Book.read` does."""
        from lastresort.books.reading.book_file import Added, book_from_frame

        added = Added(map, account, equity, collateral, owner, fx, decimal, drop_bad, lots)
        return book_from_frame(frame, added)

    @classmethod
    def concat(cls, books: "Sequence[Book]") -> "Book":
        """Join books; InputError, naming both files, where an account or a market of two of them disagrees."""
        from lastresort.books.reading.joined_books import joined

        return joined(books)

    def allocate(
        self,
        policies: "Sequence[str | Policy]" = (),
        *,
        fund: float = 0.0,
        capital: float = 0.0,
        positions: Sequence[str] = (),
        deficits: Sequence[str] = (),
    ) -> "Allocations":
        """Share the losses of the book out under policies that are built in or installed; none means the core suite.

        `lastresort.api.allocate` does the same with plugin files, and says what the parameters are.
        """
        from lastresort.books.policies_on_book import allocations, stress_of
        from lastresort.plugins.isolation.contained import contained

        return allocations(self, policies, contained(), stress_of(positions, deficits, fund, capital))

    def summary(self) -> list[str]:
        """What the book holds and how it came about, as lines: counts, whether it closes, rows that are no position."""
        from lastresort.books.reading.book_summary import summary

        return summary(self)

    @cached_property
    def mark(self) -> Floats:
        """Of each position, `[P]` USD."""
        return self.markets.mark[self.market]

    @cached_property
    def kind(self) -> Ints:
        """Of each position, `[P]`: a Kind."""
        return self.markets.kind[self.market]

    @cached_property
    def profit(self) -> Floats:
        """Unrealised profit of each position, `[P]` USD: of an inverse contract, that in its coin at the mark."""
        rise = self.mark / self.entry_price
        return np.asarray(self.quantity * (self.mark - self.entry_price) * np.where(self.kind == Kind.INVERSE, rise, 1))

    @cached_property
    def entry_value(self) -> Floats:
        """What each position was worth when it was entered, `[P]` USD: an inverse contract is so many dollars."""
        return np.abs(self.quantity) * np.where(self.kind == Kind.INVERSE, self.mark, self.entry_price)

    @cached_property
    def notional(self) -> Floats:
        """Value of each position at the mark, `[P]` USD."""
        return np.abs(self.quantity) * self.mark

    @cached_property
    def equity(self) -> Floats:
        """Of each margin unit, `[U]` USD: cash, profit of contracts, and value of spot."""
        worth = np.where(self.kind == Kind.SPOT, self.quantity * self.mark, self.profit)
        return self.cash + summed(self.unit, worth, len(self.cash))

    @cached_property
    def snapshots(self) -> dict[object, Any]:
        """What was made of the book once for all policies."""
        return {}

    @cached_property
    def whole_accounts(self) -> bool:
        """Whether every account is one margin unit, in the same order."""
        return np.array_equal(self.unit_account, np.arange(len(self.account)))

    def by_account(self, values: Floats) -> Floats:
        """Return sums of the units' values over each account, `[A]`."""
        return values if self.whole_accounts else summed(self.unit_account, values, len(self.account))

    def at(self, marks: Mapping[str, float] | None = None, **more: float) -> "Book":
        """The book with other marks, by names of markets: `book.at(BTC=105000)`; InputError for unknown ones.

        Inverse contracts keep their dollars, and money in a coin keeps its coins. A mark holds on all venues, and
        `venue/market` names one.
        """
        wanted = {**(marks or {}), **more}
        mark = self.markets.mark.copy()
        for name, price in wanted.items():
            mark[self.rows_named(name, "--mark")] = _price(name, price)
        held = np.where(self.kind == Kind.INVERSE, self.quantity * self.mark / mark[self.market], self.quantity)
        return replace(self, cash=self._cash_at(mark), quantity=held, markets=replace(self.markets, mark=mark))

    def _cash_at(self, mark: Floats) -> Floats:
        """Cash of each unit, `[U]` USD, at other marks `[M]`."""
        if self.coin is None:
            return self.cash
        return np.asarray(self.cash * np.append(mark / self.markets.mark, 1.0)[self.coin])

    @cached_property
    def contract_markets(self) -> Bools:
        """Which markets are of contracts, `[M]`: losses are shared there, and not in spot."""
        return np.asarray(self.markets.kind != Kind.SPOT)

    @cached_property
    def full_names(self) -> Texts:
        """Names of markets `[M]` that tell all of them apart: with the venue, and the kind, where there are several."""
        parts = [self.markets.name]
        if len(self.venues) > 1:
            parts.insert(0, self.venues[self.markets.venue])
        if len({*zip(*parts, strict=True)}) < len(self.markets.name):
            parts.append(np.array([Kind(kind).name.lower() for kind in self.markets.kind], dtype=object))
        return np.array(["/".join(words) for words in zip(*parts, strict=True)], dtype=object)

    @cached_property
    def full_accounts(self) -> Texts:
        """Names of accounts `[A]` that tell all of them apart: with the venue where an id comes on several."""
        if len(self.venues) < 2 or len({*self.account}) == len(self.account):
            return self.account
        told = zip(self.venues[self.account_venue], self.account, strict=True)
        several = {name for name, count in Counter(self.account.tolist()).items() if count > 1}
        names = [f"{venue}/{name}" if name in several else name for venue, name in told]
        return np.array(names, dtype=object)

    def rows_named(self, name: str, where: str) -> Ints:
        """Markets that a name means, short or full; InputError where there is none."""
        found = np.flatnonzero((self.markets.name == name) | (self.full_names == name))
        if not len(found):
            known = sorted({*self.markets.name, *self.full_names})
            raise InputError(f"{where}: unknown market '{name}'; allowed: {one_of(known)}{did_you_mean(name, known)}")
        return found


POSITION_COLUMNS = ("maintenance", "initial_margin", "hedge", "attested_hedge", "opened")
"""USD, USD, contracts, contracts; seconds since 1970."""

ACCOUNT_COLUMNS = ("contribution", "gain", "bid", "tier", "programme", "cover")
"""USD, USD, USD per contract, number, number, share."""


LEAST, MOST = 1e-50, 1e50
"""Numbers of a stress test, so that nothing reckoned with two of them overflows."""


def summed(group: Ints, values: Floats, groups: int = 0) -> Floats:
    """Return the sum of values `[n]` in each group, of so many groups at least."""
    return np.asarray(np.bincount(group, values, groups), dtype=np.float64)


def _price(name: str, price: float) -> float:
    if not LEAST <= price <= MOST:
        allowed = f"a price above 0, in USD, from {LEAST:g} to {MOST:g}"
        raise InputError(f"mark of '{name}': found {price!r}; allowed: {allowed}")
    return float(price)


def frozen_columns(book: Book) -> Book:
    """The same book, whose columns nobody can change."""
    for part in (book, book.markets):
        for one in fields(part):
            column = getattr(part, one.name)
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
    for column in book.given.values():
        column.setflags(write=False)
    return book
