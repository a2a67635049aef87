"""Books of several files as one, and what a book says of itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.books.book import Book
from lastresort.plugins.errors import InputError

ROW: dict[str, Any] = {"account": "a", "market": "BTC", "quantity": 1.0, "entry_price": 9.0, "mark_price": 10.0}


def book(tmp_path: Path, name: str, **columns: Any) -> Book:
    """The book of a file with one row."""
    path = tmp_path / name
    pd.DataFrame([ROW | {"collateral": 5.0} | columns]).to_csv(path, index=False)
    return Book.read(path)


def test_an_account_in_two_files_is_one(tmp_path: Path) -> None:
    first = book(tmp_path, "a.csv", owner="o", gain=3)
    joined = Book.concat([first, book(tmp_path, "b.csv", market="ETH", owner="o", maintenance=2)])
    assert (joined.account.tolist(), joined.cash.tolist(), joined.unit.tolist()) == (["a"], [5], [0, 0])
    assert joined.markets.name[joined.market].tolist() == ["BTC", "ETH"]
    assert joined.given["gain"].tolist() == [3]
    assert np.isnan(joined.given["maintenance"][0])
    assert joined.given["maintenance"][1] == 2
    assert joined.reading.sources == (str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert joined.reading.rows == 2


def test_shared_markets_are_one(tmp_path: Path) -> None:
    joined = Book.concat([book(tmp_path, "a.csv"), book(tmp_path, "b.csv", account="b", quantity=-1, lot=0.1)])
    assert joined.market.tolist() == [0, 0]
    assert joined.markets.lot.tolist() == [0.1]
    assert "book closes (0.0 net)" in joined.summary()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"market": "ETH", "collateral": 6.0}, "found cash 6 of account 'a' of venue 'venue', which is 5 in .*a.csv"),
        ({"market": "ETH", "owner": "p"}, "found owner 'p' of account 'a' of venue 'venue', which is 'a' in .*a.csv"),
        ({"account": "b", "mark_price": 11}, "found mark 11 of market 'BTC' of venue 'venue', which is 10 in .*a.csv"),
        ({"quantity": -1.0}, "account 'a' has market 'BTC', as it has in .*a.csv"),
    ],
)
def test_files_that_disagree_are_both_named(columns: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    first, second = book(tmp_path, "a.csv"), book(tmp_path, "b.csv", **columns)
    with pytest.raises(InputError, match=rf"b\.csv: {sentence}"):
        Book.concat([first, second])


def test_venues_keep_accounts_and_marks_apart(tmp_path: Path) -> None:
    joined = Book.concat([book(tmp_path, "a.csv"), book(tmp_path, "b.csv", venue="y", mark_price=11, collateral=7)])
    assert (joined.cash.tolist(), joined.mark.tolist(), joined.venues.tolist()) == ([5, 7], [10, 11], ["venue", "y"])
    assert joined.owners.tolist() == ["a"]


def test_isolated_units_stay_apart(tmp_path: Path) -> None:
    parts = [book(tmp_path, f"{at}.csv", market=name, margin="isolated") for at, name in enumerate(["BTC", "ETH"])]
    joined = Book.concat([*parts, book(tmp_path, "c.csv", account="b", market="SOL")])
    assert (joined.isolated.tolist(), joined.unit_account.tolist()) == ([True, True, False], [0, 0, 1])
    assert joined.unit.tolist() == [0, 1, 2]


def test_joining_one_or_none(tmp_path: Path) -> None:
    one = book(tmp_path, "a.csv")
    assert Book.concat([one]) is one
    with pytest.raises(InputError, match="no book to join"):
        Book.concat([])


def test_an_empty_book_adds_nothing(tmp_path: Path) -> None:
    one = book(tmp_path, "a.csv")
    joined = Book.concat([book(tmp_path, "b.csv", account="b", quantity=0, collateral=None), one])
    assert (joined.account.tolist(), joined.equity.tolist()) == (["a"], [6])
    assert joined.reading.flat == ("BTC",)


def test_rounding_does_not_keep_a_book_open() -> None:
    table = pd.DataFrame([ROW | {"account": at, "quantity": size} for at, size in enumerate([0.1, 0.2, -0.3])])
    assert "book closes (0.0 net)" in Book.from_frame(table.assign(collateral=5)).summary()


def test_a_partial_book_says_so() -> None:
    table = pd.DataFrame([ROW | {"account": at, "quantity": size} for at, size in enumerate([20, -8])])
    assert Book.from_frame(table.assign(collateral=5)).summary()[1] == "partial book: longs exceed shorts by 12 BTC"


def test_many_open_markets_are_cut_short() -> None:
    table = pd.DataFrame([ROW | {"market": f"M{at}"} for at in range(13)])
    lines = Book.from_frame(table.assign(collateral=5)).summary()
    assert len(lines) == 12
    assert lines[-1] == "partial book: 3 further markets do not close"
