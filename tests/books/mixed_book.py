"""A book of forty accounts in two markets, two of them under water, with every column that a rule may read."""

from dataclasses import replace

import numpy as np

from lastresort.books.book import Book, Markets, Texts
from lastresort.mechanisms.contract import Floats, Ints

ACCOUNTS = 40
PRICES = np.array([100.0, 7.0])


def mixed_book(size: float = 1.0, money: float = 1.0) -> Book:
    """Contracts are `size` times as many at 1 / `size` of the price; every dollar is `money` dollars."""
    draw = np.random.default_rng(5)
    unit = np.concatenate([np.arange(ACCOUNTS), np.arange(0, ACCOUNTS, 2)])
    market = np.repeat([0, 1], [ACCOUNTS, ACCOUNTS // 2])
    quantity = draw.normal(0, 10, len(unit))
    for m in (0, 1):
        quantity[market == m] -= quantity[market == m].mean()
    entry = PRICES[market] * np.exp(draw.normal(0, 0.15, len(unit)))
    equity = np.abs(draw.normal(300, 200, ACCOUNTS))
    equity[[3, 8]] = -50.0, -20.0
    cash = equity - np.bincount(unit, quantity * (PRICES[market] - entry), ACCOUNTS)
    value = np.abs(quantity) * PRICES[market]
    return Book(
        account=_names(ACCOUNTS),
        account_venue=np.zeros(ACCOUNTS, dtype=np.int64),
        owner=np.arange(ACCOUNTS),
        owners=_names(ACCOUNTS),
        venues=np.array(["venue"], dtype=object),
        unit_account=np.arange(ACCOUNTS),
        isolated=np.zeros(ACCOUNTS, dtype=np.bool_),
        cash=money * cash,
        unit=unit,
        market=market,
        quantity=size * quantity,
        entry_price=money / size * entry,
        markets=_markets(size, money),
        given={
            "maintenance": 0.01 * money * value,
            "initial_margin": 0.02 * money * value,
            "hedge": 0.3 * size * np.abs(quantity),
            "attested_hedge": 0.1 * size * np.abs(quantity),
            "opened": np.arange(len(unit), dtype=np.float64),
            "contribution": np.full(ACCOUNTS, 5.0 * money),
            "gain": 0.1 * money * equity,
            "bid": np.full(ACCOUNTS, 90.0 * money / size),
        },
    )


def _names(count: int) -> Texts:
    return np.array([f"a{number:02}" for number in range(count)], dtype=object)


def _markets(size: float, money: float) -> Markets:
    nothing = np.full(2, np.nan)
    return Markets(
        name=np.array(["BTC", "ETH"], dtype=object),
        venue=np.zeros(2, dtype=np.int64),
        kind=np.zeros(2, dtype=np.int64),
        mark=money / size * PRICES,
        previous_mark=nothing,
        index=nothing,
        last_settlement=nothing,
        lot=np.full(2, 0.01 * size),
        beta=np.array([1.0, 1.2]),
    )


def shuffled(book: Book, seed: int) -> tuple[Book, Ints]:
    """The same book with accounts and positions in another order, and where each account went."""
    draw = np.random.default_rng(seed)
    to, rows = draw.permutation(len(book.account)), draw.permutation(len(book.unit))
    back = np.argsort(to)

    def moved(name: str, column: Floats) -> Floats:
        return column[rows] if len(column) == len(book.unit) else column[back]

    return (
        replace(
            book,
            account=book.account[back],
            owner=np.arange(len(to)),
            owners=book.owners[back],
            cash=book.cash[back],
            unit=to[book.unit[rows]],
            market=book.market[rows],
            quantity=book.quantity[rows],
            entry_price=book.entry_price[rows],
            given={name: moved(name, column) for name, column in book.given.items()},
        ),
        to,
    )


def halved(book: Book, unit: int) -> Book:
    """The same book, one of whose accounts has become two of half its size; the second is the last."""
    mine = np.flatnonzero(book.unit == unit)
    share = np.where(book.unit == unit, 0.5, 1.0)
    cash = np.where(np.arange(len(book.cash)) == unit, 0.5, 1.0) * book.cash

    def both(name: str, column: Floats) -> Floats:
        if len(column) == len(book.unit):
            return np.append(share * column, (share * column)[mine])
        dollars = np.where(np.arange(len(column)) == unit, 0.5, 1.0) if name in ("gain", "contribution") else 1.0
        return np.append(dollars * column, (dollars * column)[unit])

    last = len(book.cash)
    return replace(
        book,
        account=np.append(book.account, "second half"),
        account_venue=np.append(book.account_venue, 0),
        owner=np.append(book.owner, book.owner[unit]),
        unit_account=np.append(book.unit_account, last),
        isolated=np.append(book.isolated, False),
        cash=np.append(cash, cash[unit]),
        unit=np.append(book.unit, np.full(len(mine), last)),
        market=np.append(book.market, book.market[mine]),
        quantity=both("quantity", book.quantity),
        entry_price=np.append(book.entry_price, book.entry_price[mine]),
        given={name: both(name, column) for name, column in book.given.items()},
    )
