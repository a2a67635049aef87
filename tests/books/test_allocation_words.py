"""What is printed of a book with several venues, small prices and names that are nearly the same."""

import pandas as pd

from lastresort.api import allocate
from lastresort.books.allocations import Allocations
from lastresort.books.book import Book

ROWS = [("L", 8.0, 120.0, 92.0), ("A", -8.0, 112.0, 60.0)]


def _frame(market: str = "BTC", venue: str = "X", scale: float = 1.0) -> pd.DataFrame:
    rows = [(name, market, venue, size / scale, entry * scale, 108 * scale, cash) for name, size, entry, cash in ROWS]
    columns = ["account", "market", "venue", "quantity", "entry_price", "mark_price", "collateral"]
    return pd.DataFrame(rows, columns=columns)


def _found(*frames: pd.DataFrame, **more: float) -> Allocations:
    return allocate(Book.from_frame(pd.concat(frames)), ["fund+queue-adl"], **more)  # type: ignore[arg-type]


def test_one_id_on_two_venues_is_two_accounts() -> None:
    found = _found(_frame(), _frame(venue="Y"))
    assert any(line.startswith("under water: Y/L: lacks") for line in found.lines)
    assert "X/A closes 8" in found.payers[0]
    assert "Y/A closes 8" in found.payers[0]
    assert found.outcomes[0].measures["largest_burden_account"] in ("X/A", "Y/A")
    assert {one["account"] for one in found.document()["taken_over"]} == {"X/L", "Y/L"}


def test_an_id_of_one_venue_stays_as_it_is() -> None:
    other = _frame(venue="Y")
    found = _found(_frame(), other.assign(account="other " + other["account"]))
    assert any(line.startswith("under water: L: lacks") for line in found.lines)


def test_each_venue_has_a_fund() -> None:
    found = _found(_frame(), _frame(venue="Y"), fund=1.0)
    assert "the fund holds 1.00 USD, the venue's own capital is 0.00 USD on each of 2 venues" in found.lines
    assert "fund pays 2.00" in found.payers[0]


def test_prices_below_a_cent_are_told() -> None:
    found = _found(_frame(market="PEPE", scale=1e-7))
    assert any("at bankruptcy price 1.085e-05" in line for line in found.lines)
    assert "at 1.085e-05" in found.payers[0]


def test_capitals_tell_markets_apart_and_it_is_said() -> None:
    frame = _frame()
    frame.loc[1, "market"] = "btc"
    lines = _found(frame).lines
    assert "'BTC' and 'btc' are different markets here, though only capitals tell them apart" in lines


def test_profit_is_told_once() -> None:
    lines = _found(_frame(), _frame(venue="Y")).lines
    assert sum(line.startswith("unrealised") for line in lines) == 1
