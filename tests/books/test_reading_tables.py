"""A book's own table in every format: check 1, ids, money, markets, notes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.books.book import Book, Kind
from lastresort.plugins.errors import InputError

DATA = Path(__file__).parent / "data"
BOOK = DATA / "8-book.csv"
ROW: dict[str, Any] = {"account": "a", "market": "BTC", "quantity": 1.0, "entry_price": 9.0, "mark_price": 10.0}


def frame(**columns: list[Any]) -> Book:
    """A book of rows that differ in some columns, with a collateral of 5 unless they say otherwise."""
    size = len(next(iter(columns.values())))
    whole = {name: [value] * size for name, value in ROW.items()} | {"collateral": [5.0] * size}
    return Book.from_frame(pd.DataFrame(whole | columns))


def same(one: Book, other: Book) -> bool:
    """Whether two books hold the same."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("account", "cash", "unit", "quantity", "market")]
    return all(np.array_equal(first, second) for first, second in pairs)


def test_check_1() -> None:
    book = Book.read(BOOK)
    assert book.account.tolist() == ["L", "A", "B", "C", "D", "K"]
    assert book.equity.tolist() == [-4_000, 100_000, 200_000, 5_000, 50_000, 596_000]
    assert book.quantity.tolist() == [8, -10, -5, -1, -4, 12]
    assert book.mark.tolist() == [108_000] * 6
    assert book.summary() == ["6 accounts, 1 market", "book closes (0.0 net)"]
    assert np.isnan(book.markets.previous_mark).all()


def to_csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False)


def to_parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path)


def to_json(table: pd.DataFrame, path: Path) -> None:
    path.write_text(str(table.to_json(orient="records")), encoding="utf-8")


@pytest.mark.parametrize("write", [to_csv, to_parquet, to_json])
def test_every_format_is_the_same_book(write: Callable[[pd.DataFrame, Path], None], tmp_path: Path) -> None:
    path = tmp_path / "book.any"
    write(pd.read_csv(BOOK), path)
    assert same(Book.read(path), Book.read(BOOK))
    assert same(Book.from_frame(pd.read_csv(BOOK)), Book.read(BOOK))


def test_ids_stay_texts(tmp_path: Path) -> None:
    ids = ["007", "1e5", "12345678901234567890", "TRUE", "nan", "-1", "Ünï cödé", "a/b;c"]
    path = tmp_path / "book.csv"
    rows = "\n".join(f'" {one} ",BTC,{at - 3.5},9,10,5' for at, one in enumerate(ids))
    path.write_text(f"account,market,quantity,entry_price,mark_price,collateral\n{rows}\n", encoding="utf-8")
    assert Book.read(path).account.tolist() == ids
    assert frame(account=ids).account.tolist() == ids


@pytest.mark.parametrize("ids", [[7, 8], [12345678901234567890, 1], np.array([7, 8], dtype="uint8"), ["7", 8]])
def test_whole_numbers_are_ids(ids: Any) -> None:
    assert frame(account=list(ids)).account.tolist() == [str(one) for one in ids]


@pytest.mark.parametrize(
    "ids", [[7.0, 8.0], [1.5, "a"], [True, False], [None, "a"], ["", "a"], ["a\0", "b"], ["\u200b", "b"]]
)
def test_other_things_are_no_ids(ids: list[Any]) -> None:
    with pytest.raises(InputError, match="data frame, record 1, column 'account': found "):
        frame(account=ids)


def test_nan_among_whole_numbers_is_told() -> None:
    with pytest.raises(InputError, match=r"column 'account': found 7\.0, which is no text"):
        frame(account=[7, None])


def test_accounts_are_apart_by_venue() -> None:
    book = frame(venue=["x", "y"], collateral=[1.0, 2.0])
    assert (book.account.tolist(), book.cash.tolist(), len(book.markets.name)) == (["a", "a"], [1, 2], 2)


def test_an_owner_has_several_accounts() -> None:
    book = frame(account=["a", "b", "c"], owner=["o", "o", None])
    assert (book.owner.tolist(), book.owners.tolist()) == ([0, 0, 1], ["o", "c"])


def test_isolated_rows_are_units_of_their_own() -> None:
    book = frame(market=["BTC", "ETH", "SOL"], margin=["cross", "Isolated", None], collateral=[1.0, 2.0, 1.0])
    assert (book.unit.tolist(), book.isolated.tolist(), book.cash.tolist()) == ([0, 1, 0], [False, True], [1, 2])
    assert book.unit_account.tolist() == [0, 0]


def test_equity_counts_profit_and_spot() -> None:
    table = pd.DataFrame({name: [value] * 2 for name, value in ROW.items()})
    book = Book.from_frame(table.assign(kind=["perp", "spot"], equity=20))
    assert book.cash.tolist() == [20 - 1 - 10]
    assert book.equity.tolist() == [20]


def test_equity_and_collateral_may_agree_to_a_cent() -> None:
    assert frame(equity=[6.0]).cash.tolist() == [5]
    assert frame(equity=[6.009]).cash.tolist() == [5]
    with pytest.raises(InputError, match=r"record 1, column 'equity': found '7.0', which is 1.00 USD away"):
        frame(equity=[7.0])


def test_columns_of_accounts_and_positions() -> None:
    book = frame(market=["BTC", "ETH"], gain=[3.0, np.nan], tier=[2, 2], maintenance=[0.5, np.nan], hedge=[1, 0])
    assert {name: column.tolist() for name, column in book.given.items() if name != "maintenance"} == {
        "gain": [3],
        "tier": [2],
        "hedge": [1, 0],
    }
    assert book.given["maintenance"][0] == 0.5
    assert np.isnan(book.given["maintenance"][1])


@pytest.mark.parametrize(
    ("column", "values"),
    [("collateral", [5.0, 6.0]), ("owner", ["o", "p"]), ("gain", [1.0, 2.0]), ("tier", [1, 2]), ("cover", [0.1, 0.2])],
)
def test_what_an_account_repeats_must_agree(column: str, values: list[Any]) -> None:
    sentence = (
        rf"record 2, column '{column}': found '{values[1]}', but record 1 has '{values[0]}' for the same account 'a'"
    )
    with pytest.raises(InputError, match=sentence):
        frame(**{"market": ["BTC", "ETH"], column: values})


@pytest.mark.parametrize("column", ["mark_price", "previous_mark", "index", "last_settlement", "lot", "beta"])
def test_what_a_market_repeats_must_agree(column: str) -> None:
    sentence = rf"record 2, column '{column}': found '11.0', but record 1 has '10.0' for the same market 'BTC'"
    with pytest.raises(InputError, match=sentence):
        frame(account=["a", "b"], **{column: [10.0, 11.0]})


def test_kinds_and_venues_have_marks_of_their_own() -> None:
    book = frame(kind=["perp", "inverse", "spot"], mark_price=[10.0, 11.0, 12.0])
    assert book.markets.kind.tolist() == [Kind.PERP, Kind.INVERSE, Kind.SPOT]
    assert book.mark.tolist() == [10, 11, 12]


def test_multipliers_make_units_of_the_base() -> None:
    book = frame(quantity=[125], multiplier=[0.1], hedge=[50])
    assert (book.quantity.tolist(), book.given["hedge"].tolist()) == ([12.5], [5])


def test_times() -> None:
    texts = ["2025-10-10T21:15:00Z", "2025-10-10 23:15:00+02:00", "1760130900", 1760130900, "2025-10-10T21:15:00"]
    book = frame(account=list("abcde"), opened=texts)
    assert book.given["opened"].tolist() == [1_760_130_900] * 5
    stamps = pd.to_datetime(pd.Series(["2025-10-10T21:15:00Z"]))
    assert frame(opened=list(stamps)).given["opened"].tolist() == [1_760_130_900]


def test_flat_rows_are_told_and_keep_their_accounts() -> None:
    book = frame(
        account=["a", "b", "c"],
        quantity=[0, 0, 1],
        mark_price=[0, None, 10.0],
        entry_price=[None, 0.0, 9.0],
        collateral=[7.0, None, 5.0],
    )
    assert (book.account.tolist(), book.cash.tolist(), book.reading.flat) == (["a", "c"], [7, 5], ("BTC", "BTC"))
    assert "2 flat rows: BTC, BTC" in book.summary()


def test_a_book_of_flat_rows_is_empty() -> None:
    book = frame(quantity=[0.0], collateral=[None])
    assert book.summary() == ["0 accounts, 0 markets", "1 flat row: BTC"]


def test_currencies_need_rates() -> None:
    table = pd.DataFrame(
        {name: [value] * 3 for name, value in ROW.items()}
        | {"account": list("abc"), "currency": ["EUR", "usdt", None], "collateral": 100.0, "market": ["X", "Y", "Z"]}
    )
    book = Book.from_frame(table, fx={"eur": 1.1})
    assert book.cash.tolist() == pytest.approx([110, 100, 100])
    assert book.mark.tolist() == pytest.approx([11, 10, 10])
    assert book.reading.notes == ("data frame: 1 EUR is 1.1 USD, as given", "data frame: 1 USDT is taken as 1 USD")
    with pytest.raises(InputError, match=r"record 1, column 'currency': found 'EUR'.*give --fx EUR="):
        Book.from_frame(table)
    assert Book.from_frame(table, fx={"EUR": 1, "USDT": 0.5}).cash.tolist() == [100, 50, 100]


def test_a_coin_of_the_book_is_worth_its_mark() -> None:
    book = frame(
        market=["BTC", "ETH"],
        kind=["inverse", "perp"],
        currency=["BTC", "BTC"],
        mark_price=[100.0, 0.1],
        entry_price=[90.0, 0.05],
        collateral=[2.0, 2.0],
    )
    assert book.cash.tolist() == [200]
    assert (book.mark.tolist(), book.entry_price.tolist()) == (pytest.approx([100, 10]), pytest.approx([90, 5]))


def test_unknown_columns_are_noted() -> None:
    book = frame(maintenence=[1.0], xyz=["x"])
    assert book.given == {}
    assert book.reading.notes == (
        "data frame: column 'maintenence' is not known and ignored; did you mean 'maintenance'?",
        "data frame: ignored a column that is not known: 'xyz'",
    )


def test_bad_rows_are_left_out_on_demand_and_named(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    lines = BOOK.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("-10", "x")
    lines.insert(4, "too,few")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match="row 5: found 2 cells, where the header has 6"):
        Book.read(path)
    book = Book.read(path, drop_bad=True)
    assert book.account.tolist() == ["L", "B", "C", "D", "K"]
    assert [one.row for one in book.reading.dropped] == [3, 5]
    assert any(line.startswith("2 rows dropped: ") and "found 'x'" in line for line in book.summary())
    assert "partial book: longs exceed shorts by 10 BTC" in book.summary()


def test_further_bad_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(BOOK.read_text(encoding="utf-8").replace("-1", "x"), encoding="utf-8")
    with pytest.raises(InputError, match=r"row 3, column 'quantity': found 'x0'.*\(1 further bad row\)"):
        Book.read(path)


def test_what_is_given_for_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("market,quantity,entry_price,mark_price\nBTC,-1,9,10\nETH,2,9,10\n", encoding="utf-8")
    book = Book.read(path, account="007", equity=100, owner="me", lots={"BTC": 1e-5})
    assert (book.account.tolist(), book.owners.tolist(), book.equity.tolist()) == (["007"], ["me"], [100])
    assert book.markets.lot[0] == 1e-5
    with pytest.raises(InputError, match="--lot: unknown market 'BTX'"):
        Book.read(path, account="007", equity=100, lots={"BTX": 1e-5})
    with pytest.raises(InputError, match="has no column 'collateral' or 'equity'"):
        Book.read(path, account="007")


def test_money_of_one_account_is_not_that_of_several(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("account,market,quantity,entry_price,mark_price\na,BTC,-1,9,10\nb,ETH,2,9,10\n", encoding="utf-8")
    with pytest.raises(InputError, match="has 2 accounts, and --equity is the money of one"):
        Book.read(path, equity=100)
    with pytest.raises(InputError, match="has a column 'collateral', so that --collateral is not needed"):
        Book.read(BOOK, collateral=5)
