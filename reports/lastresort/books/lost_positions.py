"""What is lost: accounts of a book that are under water, positions that come from outside, and plain deficits."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from lastresort.books.book import Book
from lastresort.books.book_venue import BookVenue
from lastresort.books.inverse_prices import as_quoted, per_unit
from lastresort.mechanisms.contract import Ints
from lastresort.plugins.errors import InputError
from lastresort.simulation.waterfall.state import BreachedPositions


class OutsidePosition(NamedTuple):
    """A bankrupt position that the book does not have: signed contracts at the price at which its owner has nothing."""

    market: str
    contracts: float
    price: float


class OutsideDeficit(NamedTuple):
    """A loss in USD without any position; no market is named where there is but one."""

    dollars: float
    market: str = ""


class Takeover(NamedTuple):
    """What the engine takes over in a market: signed contracts, their average bankruptcy price, and what is lost, USD.

    The price is as quoted; infinite where an inverse contract loses more than it is worth. `account` is the row of the
    account in the book, -1 for what comes from outside.
    """

    account: int
    market: int
    contracts: float
    price: float
    lacks: float


def take_over(
    venue: BookVenue,
    positions: Iterable[OutsidePosition] = (),
    deficits: Iterable[OutsideDeficit] = (),
    own: bool = True,
) -> list[Takeover]:
    """Have the engine of a venue take over what is lost there; return it, that of its `own` accounts first.

    A unit is under water where its equity is negative. Each of its positions is taken at the price that uses up its
    share, by value, of that; a unit without any leaves a plain deficit in the largest market.
    """
    found = [*_under_water(venue), *_debts(venue)] if own else []
    for market, contracts, quoted in _rows(venue, positions):
        price = per_unit(venue.book, market, quoted)
        _book(venue, market, contracts, price * contracts)
        found.append(Takeover(-1, market, contracts, quoted, contracts * (price - venue.mark[market])))
    for market, dollars in _deficit_rows(venue, deficits):
        _book(venue, market, 0.0, dollars)
        found.append(Takeover(-1, market, 0.0, np.nan, dollars))
    return found


def _under_water(venue: BookVenue) -> list[Takeover]:
    row = np.flatnonzero((venue.equity < 0)[venue.unit] & venue.contract & (venue.quantity != 0))
    if not len(row):
        return []
    unit, market, mark = venue.unit[row], venue.market[row], venue.mark[venue.market[row]]
    notional = venue.by_unit(np.abs(venue.quantity) * venue.mark[venue.market])[unit]
    nothing = np.zeros(len(row))
    held = BreachedPositions(
        unit, market, venue.quantity[row], venue.equity[unit], nothing, notional, nothing.astype(np.bool_)
    )
    price, contracts = held.bankruptcy_price(mark), held.quantity
    np.add.at(venue.inventory, market, contracts)
    np.add.at(venue.engine_cash, market, -contracts * price)
    lacks = contracts * (price - mark)
    venue.equity[np.unique(unit)] = 0.0
    venue.quantity[row] = 0.0
    account = venue.book.unit_account[unit]
    quoted = [as_quoted(venue.book, *one) for one in zip(market.tolist(), price.tolist(), strict=True)]
    columns = (account, market, contracts, np.array(quoted), lacks)
    return [Takeover(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


def _debts(venue: BookVenue) -> list[Takeover]:
    """Units that owe and hold nothing."""
    unit = np.flatnonzero(venue.equity < 0)
    unit = unit[np.isin(unit, venue.everybody())]
    if not len(unit):
        return []
    market = int(np.argmax(venue.initial_open_interest * venue.mark))
    lacks = -venue.equity[unit]
    venue.engine_cash[market] -= lacks.sum()
    venue.equity[unit] = 0.0
    account = venue.book.unit_account[unit]
    return [Takeover(a, market, 0.0, np.nan, lack) for a, lack in zip(account.tolist(), lacks.tolist(), strict=True)]


def _book(venue: BookVenue, market: int, contracts: float, owed: float) -> None:
    venue.inventory[market] += contracts
    venue.engine_cash[market] -= owed


def _rows(venue: BookVenue, positions: Iterable[OutsidePosition]) -> list[tuple[int, float, float]]:
    found = [(contract_named(venue.book, one.market, "--position"), one) for one in positions]
    return [(m, one.contracts, one.price) for m, one in found if venue.book.markets.venue[m] == venue.venue]


def _deficit_rows(venue: BookVenue, deficits: Iterable[OutsideDeficit]) -> list[tuple[int, float]]:
    found = [(contract_named(venue.book, one.market, "--deficit"), one.dollars) for one in deficits]
    return [(market, dollars) for market, dollars in found if venue.book.markets.venue[market] == venue.venue]


def contract_named(book: Book, name: str, where: str) -> int:
    """Return the one market of contracts that a name means, or that there is where it is empty; InputError else."""
    contracts = book.contract_markets
    rows = book.rows_named(name, where) if name else np.arange(len(book.markets.mark))
    found: Ints = rows[contracts[rows]]
    if len(found) == 1:
        return int(found[0])
    known = ", ".join(book.full_names[contracts])
    what = f"'{name}' means {len(found)} markets of contracts" if name else "no market is named"
    raise InputError(f"{where}: {what}; allowed: one of {known}")


def lost(takeovers: Iterable[Takeover]) -> float:
    """Return what is lost in all, USD: what a position brings pays for others of its market, and for none elsewhere."""
    amounts: dict[int, float] = {}
    for one in takeovers:
        amounts[one.market] = amounts.get(one.market, 0.0) + one.lacks
    return sum(max(amount, 0.0) for amount in amounts.values())
