"""The candidates that a full snapshot knows: every account on the side asked, hit or not."""

from dataclasses import replace

import numpy as np

from lastresort.books.book import POSITION_COLUMNS, Book, Kind, summed
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.rule_agreement import AskedAccounts
from lastresort.books.replaying.tranches import SAME, Tranche
from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError, did_you_mean, one_of

NAMED = 5
"""Accounts that a sentence names."""


class SnapshotAccounts:
    """A book as it stood before the first fill; the fills of the file, and nothing else, move it on in time.

    Tranches are asked for in the order of time. `smaller` counts accounts of which production closed more than the
    book says they had. A mark is the book's, but that of the coin asked about is the event's where the file has one.
    """

    def __init__(self, book: Book, fills: AdlFills) -> None:
        self._book, self._fills = book, fills
        self._quantity, self._cash = book.quantity.copy(), book.cash.copy()
        self._market = np.array([_market(book, str(coin)) for coin in fills.coins])
        self._of_account: dict[int, dict[str, list[int]]] = {}
        self._done = 0
        self.smaller = 0
        self._check()

    def candidates(self, tranche: Tranche, wave_start: int) -> AskedAccounts:
        """Every account of the book on the tranche's side, `wave_start` being the first fill of its wave."""
        self._move(wave_start)
        market = _market(self._book, tranche.coin)
        book = self._now(tranche, market)
        rows = np.flatnonzero((book.market == market) & (np.sign(book.quantity) == tranche.side))
        account, of_row = np.unique(book.unit_account[book.unit[rows]], return_inverse=True)
        held = book.account[account]
        gone = self._gone(tranche, market, set(held.tolist()))
        names = np.concatenate([held, np.array(gone, dtype=object)])
        place = {name: row for row, name in enumerate(names)}
        position = summed(of_row, np.abs(book.quantity[rows]), len(names))
        closed = np.zeros(len(names))
        closed[[place[name] for name in tranche.account]] = tranche.closed
        self.smaller += int((closed > position * (1 + SAME)).sum())
        return AskedAccounts(book, market, rows, of_row, names, np.maximum(position, closed), closed)

    def _gone(self, tranche: Tranche, market: int, held: set[str]) -> list[str]:
        """Accounts of a tranche that have nothing left by what the fills before closed; the others have a position."""
        gone = [str(name) for name in tranche.account if name not in held]
        rows = np.flatnonzero((self._book.market == market) & (np.sign(self._book.quantity) == tranche.side))
        had = set(self._names(rows)) if gone else set()
        absent = [name for name in gone if name not in had]
        if absent:
            side = "long" if tranche.side > 0 else "short"
            raise InputError(_not_there(absent, f"with a {side} position in {tranche.coin}", list(had)))
        return gone

    def _check(self) -> None:
        """Every account of the fills is in the book."""
        known = set(self._book.account.tolist())
        absent = [str(name) for name in self._fills.users if name not in known]
        if absent:
            raise InputError(_not_there(absent, "", list(known)))

    def _move(self, until: int) -> None:
        """Close what production closed in the fills before, at their prices."""
        for fill in range(self._done, until):
            self._close(fill)
        self._done = max(self._done, until)

    def _close(self, fill: int) -> None:
        fills, book = self._fills, self._book
        left, side = float(fills.size[fill]), int(fills.side[fill])
        for row in self._positions(int(self._market[fills.coin[fill]])).get(str(fills.users[fills.user[fill]]), ()):
            if np.sign(self._quantity[row]) == side:
                part = min(left, abs(float(self._quantity[row])))
                self._quantity[row] -= side * part
                self._cash[book.unit[row]] += side * part * (float(fills.price[fill]) - float(book.entry_price[row]))
                left -= part

    def _positions(self, market: int) -> dict[str, list[int]]:
        """Rows of the positions in a market, by account."""
        if market not in self._of_account:
            found: dict[str, list[int]] = {}
            rows = np.flatnonzero(self._book.market == market)
            for row, name in zip(rows.tolist(), self._names(rows), strict=True):
                found.setdefault(name, []).append(row)
            self._of_account[market] = found
        return self._of_account[market]

    def _names(self, rows: Ints) -> list[str]:
        names: list[str] = self._book.account[self._book.unit_account[self._book.unit[rows]]].tolist()
        return names

    def _now(self, tranche: Tranche, market: int) -> Book:
        """The book with what is left of it, at the tranche's mark."""
        book, held = self._book, self._quantity != 0
        mark = book.markets.mark.copy()
        if self._fills.mark is not None:
            mark[market] = tranche.mark
        columns: dict[str, Floats] = {
            name: column[held] if name in POSITION_COLUMNS else column for name, column in book.given.items()
        }
        return replace(
            book,
            cash=self._cash.copy(),
            unit=book.unit[held],
            market=book.market[held],
            quantity=self._quantity[held],
            entry_price=book.entry_price[held],
            markets=replace(book.markets, mark=mark),
            given=columns,
        )


def _market(book: Book, coin: str) -> int:
    """The one linear contract of a book that is called like a coin."""
    found = [row for row in book.rows_named(coin, "--book").tolist() if book.markets.kind[row] != Kind.SPOT]
    if len(found) != 1:
        venues = [f"{book.venues[book.markets.venue[row]]}/{book.markets.name[row]}" for row in found]
        raise InputError(f"--book: found {one_of(venues)} for the coin '{coin}'; allowed: one market that is not spot")
    if book.markets.kind[found[0]] == Kind.INVERSE:
        raise InputError(f"--book: found an inverse contract for the coin '{coin}'; allowed: a linear one, as in fills")
    return int(found[0])


def _not_there(absent: list[str], where: str, known: list[str]) -> str:
    named = ", ".join(repr(name) for name in absent[:NAMED])
    more = f" and {len(absent) - NAMED:,} more" if len(absent) > NAMED else ""
    accounts = f"account{'s' * (len(absent) != 1)} {named}{more}"
    hint = did_you_mean(absent[0], known) if len(known) <= 10_000 else ""
    place = f" {where}" if where else ""
    return f"--book: {accounts} of the fills not found{place}; allowed: a full snapshot before the first fill{hint}"
