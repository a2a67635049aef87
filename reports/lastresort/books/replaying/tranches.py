"""What production closed in each wave, coin and side, and the accounts that it could have closed instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lastresort.books.book import Book, Kind, Markets, Texts, summed
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.event_waves import EventWaves
from lastresort.mechanisms.contract import Bools, Floats, Ints

SAME = 1e-9
"""Sums of contracts that differ by less than this share are the same."""


@dataclass(frozen=True, eq=False)
class Tranche:
    """Contracts closed in one wave and coin of winners on one side (1 long, -1 short), by account `[N]`.

    `price` and `mark` are averages over the fills, by size, in USD; the mark is the price where the file has none.
    `position` (contracts above 0) and `entry_price` are those of the account's first fill here, and `equity` that of
    its first in the wave; a position of which more was closed is raised to that, and those accounts are counted.
    """

    wave: int
    number: int
    coin: str
    side: int
    price: float
    mark: float
    notional: float
    first: int
    account: Texts
    position: Floats
    entry_price: Floats
    equity: Floats
    closed: Floats
    raised: int

    @property
    def contracts(self) -> float:
        """How many were closed, above 0."""
        return float(self.closed.sum())

    @property
    def taken_over(self) -> float:
        """What the engine holds and asks the winners to take, signed: long where they are short."""
        return -self.side * self.contracts


def tranches_of(fills: AdlFills, waves: EventWaves, kept: Bools) -> Iterator[Tranche]:
    """Every tranche of the waves that are `kept` `[W]`, by wave, coin and side; fills of unknown side are in none."""
    rows = np.flatnonzero((waves.of_fill >= 0) & kept[waves.of_fill] & (fills.side != 0))
    if not len(rows):
        return
    keys = np.stack([waves.of_fill[rows], fills.coin[rows], fills.side[rows]])
    order = np.lexsort(keys[::-1])
    rows, keys = rows[order], keys[:, order]
    starts = np.flatnonzero(np.insert((np.diff(keys) != 0).any(axis=0), 0, True))
    equity = _first_equity(fills, waves)
    for part in np.split(rows, starts[1:]):
        yield _tranche(fills, waves, equity, part)


def _first_equity(fills: AdlFills, waves: EventWaves) -> Floats:
    """Of each fill, the equity of its winner at the winner's first fill in the wave, `[F]` USD."""
    key = waves.of_fill * len(fills.users) + fills.user
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(fills.equity[first[back]])


def _tranche(fills: AdlFills, waves: EventWaves, equity: Floats, rows: Ints) -> Tranche:
    user, first, back = np.unique(fills.user[rows], return_index=True, return_inverse=True)
    wave, size = int(waves.of_fill[rows[0]]), fills.size[rows]
    closed = summed(back, size)
    before = np.abs(fills.position[rows[first]])
    price = _average(fills.price[rows], size)
    return Tranche(
        wave,
        int(waves.number[wave]),
        str(fills.coins[fills.coin[rows[0]]]),
        int(fills.side[rows[0]]),
        price,
        price if fills.mark is None else _average(fills.mark[rows], size),
        float(fills.notional[rows].sum()),
        int(rows.min()),
        fills.users[user],
        np.maximum(before, closed),
        fills.entry_price[rows[first]],
        equity[rows[first]],
        closed,
        int((closed > before * (1 + SAME)).sum()),
    )


def _average(values: Floats, weight: Floats) -> float:
    """Between the least and the largest, whatever the rounding."""
    mean = float((values * (weight / weight.sum())).sum())
    return min(max(mean, float(values.min())), float(values.max()))


def book_of(tranche: Tranche) -> Book:
    """The accounts that production hit, each with this position alone and so much cash that its equity is right."""
    count = len(tranche.account)
    quantity = tranche.side * tranche.position
    rows = np.arange(count)
    return Book(
        account=tranche.account,
        account_venue=np.zeros(count, np.int64),
        owner=rows,
        owners=tranche.account,
        venues=_texts("event"),
        unit_account=rows,
        isolated=np.zeros(count, np.bool_),
        cash=tranche.equity - quantity * (tranche.mark - tranche.entry_price),
        unit=rows,
        market=np.zeros(count, np.int64),
        quantity=quantity,
        entry_price=tranche.entry_price,
        markets=_market(tranche.coin, tranche.mark),
    )


def _market(coin: str, mark: float) -> Markets:
    unknown: Any = np.full(1, np.nan)
    zero = np.zeros(1, np.int64)
    return Markets(
        _texts(coin), zero, np.full(1, int(Kind.PERP)), np.full(1, mark), unknown, unknown, unknown, unknown, unknown
    )


def _texts(*texts: str) -> Texts:
    return np.array(texts, dtype=object)
