"""Sides and signs, and two rows of one account and market: checks 12 and 14."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.books.book import Book
from lastresort.plugins.errors import InputError

HEADER = "account,market,quantity,side,entry_price,mark_price,collateral"


def read(tmp_path: Path, *rows: str, header: str = HEADER) -> Book:
    """The book of some rows."""
    path = tmp_path / "book.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return Book.read(path)


@pytest.mark.parametrize("word", ["buy", "Buy", "BUY", "B", "b", "long", "LONG", "L", "bid"])
@pytest.mark.parametrize("other", ["sell", "SELL", "Sell", "A", "ask", "short", "SHORT", "S"])
def test_words_of_sides(word: str, other: str, tmp_path: Path) -> None:
    book = read(tmp_path, f"a,BTC,8,{word},120,108,0", f"b,BTC,5,{other},120,108,0")
    assert book.quantity.tolist() == [8, -5]


def test_sides_may_repeat_signs(tmp_path: Path) -> None:
    book = read(tmp_path, "a,BTC,8,long,120,108,0", "b,BTC,-5,short,120,108,0", "c,BTC,-3,BOTH,120,108,0")
    assert book.quantity.tolist() == [8, -5, -3]


def test_no_sign_and_no_side_column(tmp_path: Path) -> None:
    header = "account,market,quantity,entry_price,mark_price,collateral"
    with pytest.raises(InputError, match=r"book\.csv, row 3: quantity has no sign and there is no side column"):
        read(tmp_path, "a,BTC,8,120,108,0", "b,BTC,5,120,108,0", header=header)


@pytest.mark.parametrize(
    "rows",
    [
        ("a,BTC,8,120,108,0",),
        ("a,BTC,+8,120,108,0", "b,BTC,+5,120,108,0"),
        ("a,BTC,8,120,108,0", "a,ETH,5,120,108,0"),
        ("a,BTC,8,120,108,0", "b,BTC,-5,120,108,0"),
    ],
)
def test_signs_that_are_plain_enough(rows: tuple[str, ...], tmp_path: Path) -> None:
    header = "account,market,quantity,entry_price,mark_price,collateral"
    assert read(tmp_path, *rows, header=header).quantity[0] == 8


@pytest.mark.parametrize("row", ["b,BTC,-5,buy,120,108,0", "b,BTC,+5,sell,120,108,0"])
def test_a_side_that_contradicts_the_sign(row: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 3, column 'quantity': found '.5', whose sign contradicts the side"):
        read(tmp_path, "a,BTC,8,long,120,108,0", row)


def test_an_unsigned_short_among_signed_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 4, column 'quantity': found '3', whose sign contradicts the side"):
        read(tmp_path, "a,BTC,8,long,120,108,0", "b,BTC,-5,short,120,108,0", "c,BTC,3,short,120,108,0")


def test_a_row_without_a_side_among_sides(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3, column 'quantity': found '5' without a sign, and the row has no side"):
        read(tmp_path, "a,BTC,8,long,120,108,0", "b,BTC,5,,120,108,0")


def test_hedge_mode_is_netted_and_counted(tmp_path: Path) -> None:
    book = read(tmp_path, "a,BTC,1,LONG,104000,110000,9", "a,BTC,5,SHORT,118000,110000,9")
    assert (book.quantity.tolist(), book.entry_price.tolist()) == ([-4], [121_500])
    assert (book.profit.tolist(), book.cash.tolist(), book.reading.netted) == ([46_000], [9], 2)
    assert "2 rows of hedge mode netted" in book.summary()


def test_a_net_of_nothing_is_cash(tmp_path: Path) -> None:
    book = read(tmp_path, "a,BTC,5,LONG,100,110,9", "a,BTC,5,SHORT,118,110,9", "b,BTC,0.3,LONG,1,110,9")
    assert (book.account.tolist(), book.cash.tolist()) == (["a", "b"], [9 + 90, 9])
    assert (book.quantity.tolist(), book.unit.tolist()) == ([0.3], [1])


def test_a_net_without_a_price_is_entered_at_the_mark(tmp_path: Path) -> None:
    book = read(tmp_path, "a,BTC,5,LONG,100,110,9", "a,BTC,4,SHORT,200,110,9")
    assert (book.quantity.tolist(), book.entry_price.tolist()) == ([1], [110])
    assert book.cash.tolist() == [9 + 50 + 360]


@pytest.mark.parametrize(("first", "second"), [("", ""), ("short", "short"), ("short", ""), ("", "short")])
def test_twice_the_same_market_is_an_error_with_both_rows(first: str, second: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 4: account 'a' has market 'BTC' already in row 3"):
        read(tmp_path, "b,BTC,1,,120,108,0", f"a,BTC,-8,{first},120,108,0", f"a,BTC,-3,{second},120,108,0")


def test_three_rows_are_no_pair(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3: account 'a' has market 'BTC' already in row 2"):
        read(tmp_path, "a,BTC,1,long,120,108,0", "a,BTC,2,short,120,108,0", "a,BTC,3,long,120,108,0")


sizes = st.floats(1e-3, 1e3)
prices = st.floats(1, 1e5)


@given(longs=sizes, shorts=sizes, bought=prices, sold=prices, mark=prices, kind=st.sampled_from(["perp", "inverse"]))
def test_netting_keeps_the_money(
    longs: float, shorts: float, bought: float, sold: float, mark: float, kind: str
) -> None:
    columns = {"account": ["a", "a"], "market": ["BTC", "BTC"], "quantity": [longs, -shorts], "kind": [kind, kind]}
    money = {"entry_price": [bought, sold], "mark_price": [mark, mark], "collateral": [1e4, 1e4]}
    frame = pd.DataFrame(columns | money)
    book = Book.from_frame(frame.assign(side=["long", "short"]))
    rise = [mark / price if kind == "inverse" else 1 for price in (bought, sold)]
    profit = longs * (mark - bought) * rise[0] - shorts * (mark - sold) * rise[1]
    gross = (longs + shorts) * (mark + max(bought, sold)) * max(1, *rise)
    assert book.equity[0] == pytest.approx(1e4 + profit, abs=1e-9 * gross)
    assert book.quantity.sum() == pytest.approx(longs - shorts, abs=1e-9)
    assert (book.entry_price > 0).all()


def test_isolated_legs_of_hedge_mode_stay_apart(tmp_path: Path) -> None:
    header = f"{HEADER},margin"
    book = read(tmp_path, "a,BTC,1,LONG,100,110,9,isolated", "a,BTC,5,SHORT,118,110,7,isolated", header=header)
    assert (book.quantity.tolist(), book.cash.tolist(), book.unit.tolist()) == ([1, -5], [9, 7], [0, 1])
    assert (book.account.tolist(), book.unit_account.tolist(), book.reading.netted) == (["a"], [0, 0], 0)
