"""Money in a coin is worth what the coin is worth, at every mark."""

import numpy as np
import pandas as pd
import pytest

from lastresort.books.book import Book

LONG = {"account": "long", "quantity": 2, "collateral": 1}
SHORT = {"account": "short", "quantity": -2, "collateral": 3}
COMMON = {"market": "BTC", "kind": "inverse", "entry_price": 100_000, "mark_price": 100_000, "currency": "BTC"}


def _book(*rows: dict[str, object], **more: object) -> Book:
    return Book.from_frame(pd.DataFrame([COMMON | row | more for row in rows]))


def _short_at_half(book: Book) -> None:
    """Of 200,000 USD in contracts, the long loses two of its one coin, the short has five of three."""
    equity = dict(zip(book.account[book.unit_account], book.at(BTC=50_000).equity, strict=True))
    assert equity["long"] == pytest.approx(-50_000)
    assert equity["short"] == pytest.approx(250_000)


def test_coins_are_kept_at_another_mark() -> None:
    """Nobody's dollars come out of nothing."""
    _short_at_half(_book(LONG, SHORT))


def test_equity_in_coins_is_too() -> None:
    """At the mark of entry, equity and collateral are the same."""
    rows = [{**row, "equity": row["collateral"]} for row in (LONG, SHORT)]
    _short_at_half(Book.from_frame(pd.DataFrame([COMMON | row for row in rows]).drop(columns="collateral")))


def test_coins_stay_coins_in_joined_books() -> None:
    """Rows of markets move when books are joined."""
    other = {"market": "ETH", "kind": "perp", "currency": "USD", "account": "other", "quantity": 1, "collateral": 7}
    book = Book.concat([_book(other), _book(LONG), _book(SHORT)])
    _short_at_half(book)
    assert book.at(BTC=50_000).by_account(book.at(BTC=50_000).cash)[0] == 7


def test_there_and_back_is_no_change() -> None:
    """Marks of a book can be set again."""
    book = _book(LONG, SHORT)
    np.testing.assert_allclose(book.at(BTC=50_000).at(BTC=100_000).equity, book.equity)


def test_dollars_stay_dollars() -> None:
    """A rate that was given holds at every mark."""
    rows = pd.DataFrame([COMMON | row for row in (LONG, SHORT)])
    book = Book.from_frame(rows, fx={"BTC": 100_000})
    assert book.at(BTC=50_000).cash.tolist() == [100_000, 300_000]
