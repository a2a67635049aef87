"""A book out of positions in USD: accounts, margin units, markets, with everything that rows repeat agreed on."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from lastresort.books.book import ACCOUNT_COLUMNS, POSITION_COLUMNS, Book, Kind, Markets, Reading, Texts, frozen_columns
from lastresort.books.reading.group_agreement import agreed, first_rows, grouped
from lastresort.books.reading.hedge_mode import Net, netted, pairs, unpaired
from lastresort.books.reading.id_cells import Coded
from lastresort.books.reading.position_rows import PositionRows
from lastresort.books.reading.raw_table import quoted
from lastresort.books.reading.sourced_columns import SourcedColumns
from lastresort.books.reading.unit_cash import has_money, unit_cash
from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError


class BookBuilding:
    """The steps from rows to a book; `found` are rows in USD, of which `held` are positions."""

    def __init__(self, columns: SourcedColumns, found: PositionRows) -> None:
        self.columns, self.found = columns, found
        self.held = np.flatnonzero(~found.flat)
        self.venue, self.venues = _first_seen(found.texts["venue"])
        names = found.texts["account"]
        key = self.venue * (len(names.names) + 1) + names.codes
        self.account, self.accounts = grouped(key)
        at = np.arange(len(key))
        self.unit, self.units = grouped(np.where(found.isolated, self.accounts + at, self.account))

    def book(self, reading: Reading) -> Book:
        """The book, with how it came about filled in; InputError where rows are at odds with one another."""
        found, held = self.found, self.held
        market, markets = self._markets()
        entry, mark = (found.numbers[name][held] for name in ("entry_price", "mark_price"))
        net = self._net(market, entry, mark)
        cash = unit_cash(self.columns, found, self.unit, self.units)
        cash += np.bincount(self.unit[held], net.moved, self.units)
        firsts = first_rows(self.account, self.accounts, np.ones(len(self.account), dtype=bool))
        owner, owners = self._owners(firsts)
        unit_firsts = first_rows(self.unit, self.units, np.ones(len(self.unit), dtype=bool))
        given = {name: self._netted(name, net) for name in POSITION_COLUMNS if name in found.numbers}
        given |= {name: self._of_accounts(name) for name in ACCOUNT_COLUMNS if name in found.numbers}
        return frozen_columns(
            Book(
                account=_texts(found.texts["account"], firsts),
                account_venue=self.venue[firsts],
                owner=owner,
                owners=owners,
                venues=self.venues,
                unit_account=self.account[unit_firsts],
                isolated=found.isolated[unit_firsts],
                cash=cash,
                unit=self.unit[held][net.rows],
                market=market[net.rows],
                quantity=net.quantity,
                entry_price=net.entry_price,
                markets=markets,
                given=given,
                reading=replace(reading, netted=net.netted),
                coin=self._coins(markets),
            )
        )

    def _markets(self) -> tuple[Ints, Markets]:
        found, held = self.found, self.held
        name = found.texts["market"]
        key = (self.venue * (len(name.names) + 1) + name.codes) * len(Kind) + found.kind
        group = np.full(len(key), -1, dtype=np.int64)
        group[held], size = grouped(key[held])
        first = first_rows(group, size, ~found.flat)

        def column(title: str) -> Floats:
            if title not in found.numbers:
                return np.full(size, np.nan)
            return agreed(found.numbers[title], group, size, self._odds(title, "market", name))

        titles = ("mark_price", "previous_mark", "index", "last_settlement", "lot", "beta")
        return group[held], Markets(
            _texts(name, first), self.venue[first], found.kind[first], *(column(title) for title in titles)
        )

    def _coins(self, markets: Markets) -> Ints | None:
        """The market of the coin of each unit's money, its own venue's and an inverse one's first; -1 for USD."""
        if "coin" not in self.found.texts:
            return None
        first = first_rows(self.unit, self.units, has_money(self.found))
        coin = self.found.texts["coin"]
        pair = np.where(first >= 0, coin.codes[first] * len(self.venues) + self.venue[first], -1)
        pairs_found, back = np.unique(np.where(coin.codes[first] >= 0, pair, -1), return_inverse=True)
        rows = [
            -1 if one < 0 else _coin_market(markets, str(coin.names[one // len(self.venues)]), one % len(self.venues))
            for one in pairs_found.tolist()
        ]
        return np.array(rows, dtype=np.int64)[back]

    def _net(self, market: Ints, entry: Floats, mark: Floats) -> Net:
        """Positions of one unit and market as one; twice the same account and market needs sides."""
        found, held = self.found, self.held
        width = int(market.max(initial=0)) + 1
        group, count = pairs(self.account[held] * width + market)
        if odd := unpaired(group, count, found.direction[held]):
            raise InputError(self._twice(*(int(held[one]) for one in odd)))
        if found.isolated.any():
            group, count = pairs(self.unit[held] * width + market)
        return netted(group, count, found.numbers["quantity"][held], entry, mark, found.kind[held])

    def _twice(self, one: int, other: int) -> str:
        market, account = (self.found.texts[name].of(other) for name in ("market", "account"))
        sides = self.found.direction[[one, other]]
        why = "no side says that one is long and the other short" if not sides.all() else "both are on one side"
        if sides.all() and sides.sum() == 0:
            why = "there are more than a long and a short"
        return (
            f"{self._where(other)}: account {quoted(account)} has market {quoted(market)} already in "
            f"{self._number(one)}, and {why}; allowed: one row, or a long and a short one with column 'side'"
        )

    def _owners(self, firsts: Ints) -> tuple[Ints, Texts]:
        owner = self.found.texts["owner"]
        codes = np.where(owner.codes < 0, np.nan, owner.codes.astype(float))
        told = agreed(codes, self.account, self.accounts, self._odds("owner", "account", self.found.texts["account"]))
        names = _texts(self.found.texts["account"], firsts)
        known = ~np.isnan(told)
        names[known] = owner.names[told[known].astype(np.int64)]
        rows, distinct = pd.factorize(names)
        return np.asarray(rows, dtype=np.int64), np.asarray(distinct, dtype=object)

    def _of_accounts(self, name: str) -> Floats:
        tell = self._odds(name, "account", self.found.texts["account"])
        return agreed(self.found.numbers[name], self.account, self.accounts, tell)

    def _netted(self, name: str, net: Net) -> Floats:
        """A column of positions: the earliest time of a netted pair, and the sum of anything else."""
        values = self.found.numbers[name][self.held]
        if not net.netted:
            return values[net.rows]
        there = net.place >= 0
        if name == "opened":
            found = np.full(len(net.rows), np.inf)
            np.minimum.at(found, net.place[there], values[there])
            return found
        return np.asarray(np.bincount(net.place[there], values[there], len(net.rows)), dtype=float)

    def _odds(self, name: str, what: str, of: Coded) -> Callable[[int, int], str]:
        def tell(one: int, other: int) -> str:
            rows = [int(self.found.rows[row]) for row in (one, other)]
            first, second = (self.columns.shown(name, row) for row in rows)
            title = self.columns.header(name, rows[1])
            return (
                f"{self._where(other)}, column '{title}': found {second}, but {self._number(one)} has {first} for the "
                f"same {what} {quoted(of.of(other))}; allowed: the same in all its rows"
            )

        return tell

    def _where(self, row: int) -> str:
        return self.columns.table.where(int(self.found.rows[row]))

    def _number(self, row: int) -> str:
        table = self.columns.table
        return f"{table.word} {table.number(int(self.found.rows[row]))}"


def _coin_market(markets: Markets, coin: str, venue: int) -> int:
    called = np.array([str(name).upper() == coin for name in markets.name])
    worth = 4 * (markets.venue == venue) + 2 * (markets.kind == Kind.INVERSE) + (markets.kind == Kind.SPOT)
    return int(np.argmax(np.where(called, worth, -1)))


def _first_seen(column: Coded) -> tuple[Ints, Texts]:
    group, size = grouped(column.codes)
    return group, _texts(column, first_rows(group, size, np.ones(len(group), dtype=bool)))


def _texts(column: Coded, rows: Ints) -> Texts:
    return column.names[column.codes[rows]]
