"""Exports of venues and members, as they are: checks 10 and 11."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lastresort.books.book import Book, Kind
from lastresort.plugins.errors import InputError

DATA = Path(__file__).parent / "data"
EXPORTS: dict[str, dict[str, Any]] = {
    "1-binance-positionRisk-v3.json": {"map": "binance", "account": "desk", "equity": 500_000},
    "2-bybit-v5-position-list.json": {"map": "Bybit", "account": "desk", "equity": 500_000},
    "3-okx-account-positions.json": {"map": "okx", "account": "desk", "collateral": 400_000},
    "4-deribit-get-positions.json": {"map": "DERIBIT", "account": "desk"},
    "5-hyperliquid-clearinghouseState.json": {"map": "hyperliquid", "account": "desk"},
    "7-spot-and-owner.csv": {},
}


def exports() -> list[Book]:
    """The five exchange files and the spot file."""
    return [Book.read(DATA / name, **added) for name, added in EXPORTS.items()]


def document(number: int) -> Any:
    """The content of an exchange's file."""
    (path,) = DATA.glob(f"{number}-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_five_exchanges_and_spot_are_one_book() -> None:
    book = Book.concat(exports())
    assert book.quantity.tolist() == pytest.approx([-4, -2, -3, -1, -0.5, 10.5], abs=1e-12)
    assert {*book.markets.name} == {"BTC"}
    assert book.venues.tolist() == ["Binance", "Bybit", "OKX", "Deribit", "Hyperliquid", "custody"]
    assert book.kind.tolist() == [Kind.PERP] * 3 + [Kind.INVERSE, Kind.PERP, Kind.SPOT]
    assert book.profit.tolist() == pytest.approx([46_000, 5_000, 15_000, 10_000, 1_250, 126_000], abs=0.005)
    assert book.profit[:5].sum() == pytest.approx(77_250, abs=0.005)
    assert book.quantity.sum() == pytest.approx(0, abs=1e-12)
    assert book.equity.tolist() == pytest.approx([5e5, 5e5, 415_000, 275_000, 61_250, 1_155_000], abs=0.005)
    assert book.reading.flat == ("1000PEPEUSDT", "ETHUSDT", "BTC-USDT", "BTC-26DEC25-120000-C")
    assert book.reading.netted == 2
    assert book.owners.tolist() == ["desk", "fund-a"]


def test_the_joined_book_sums_itself_up() -> None:
    lines = Book.concat(exports()).summary()
    assert lines[0] == "6 accounts, 6 markets"
    assert "partial book: shorts exceed longs by 4 BTC on Binance" in lines
    assert "BTC in all: -10.5 in contracts, +10.5 in spot, net delta 0.0" in lines
    assert "unrealised: 77,250.00 USD in contracts, 126,000.00 USD in spot" in lines
    assert "4 flat rows: 1000PEPEUSDT, ETHUSDT, BTC-USDT, BTC-26DEC25-120000-C" in lines
    assert "2 rows of hedge mode netted" in lines
    assert any("1 USDT is taken as 1 USD" in line for line in lines)


def test_binance_hedge_mode_is_netted_at_the_weighted_price() -> None:
    book = exports()[0]
    assert (book.quantity.tolist(), book.entry_price.tolist()) == ([-4], [121_500])
    assert book.profit.tolist() == [46_000]
    assert book.given["maintenance"].tolist() == [3_140]


def test_deribit_is_no_linear_contract() -> None:
    book = exports()[3]
    assert book.profit.tolist() == pytest.approx([10_000], abs=0.005)
    assert book.entry_value.tolist() == pytest.approx([110_000])
    assert book.given["maintenance"].tolist() == pytest.approx([0.01 * 110_000])
    assert any("valued at the mark of BTC, 110,000.00 USD" in note for note in book.reading.notes)


def test_equity_that_is_given_goes_before_that_of_the_file() -> None:
    book = Book.read(DATA / "4-deribit-get-positions.json", "deribit", account="desk", equity=300_000)
    assert book.equity.tolist() == pytest.approx([300_000])


def test_the_clearing_member_in_euro() -> None:
    book = Book.read(DATA / "6-ccp-members.csv", map="ccp", fx={"EUR": 1})
    assert book.quantity.tolist() == [125, -40, -85]
    assert book.profit.tolist() == pytest.approx([-1_375_062.50, 340_000, 765_000], abs=0.005)
    assert book.equity[0] == pytest.approx(1_124_937.50, abs=0.005)
    assert "book closes (0.0 net)" in book.summary()


def test_the_clearing_member_in_dollars() -> None:
    book = Book.read(DATA / "6-ccp-members.csv", map="ccp", fx={"EUR": 1.08})
    assert book.profit.tolist() == pytest.approx([-1_485_067.50, 367_200, 826_200], abs=0.005)
    assert book.equity[0] == pytest.approx(1_214_932.50, abs=0.005)
    assert book.account[0] == "529900AAAAAAAAAAAA01/HOUS/H1"
    assert book.owners[book.owner].tolist() == ["529900AAAAAAAAAAAA01", book.account[1], "529900BBBBBBBBBBBB02"]
    assert book.given["contribution"].tolist() == pytest.approx([324_000, 0, 486_000])


def test_euro_without_a_rate_are_refused() -> None:
    with pytest.raises(InputError, match=r"row 2, column 'Ccy': found 'EUR'.*give --fx EUR="):
        Book.read(DATA / "6-ccp-members.csv", map="ccp")


def read(content: Any, tmp_path: Path, **added: Any) -> Book:
    """The book of a document."""
    path = tmp_path / "export.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return Book.read(path, account="desk", **added)


def test_an_okx_contract_without_its_size_is_refused(tmp_path: Path) -> None:
    okx = document(3)
    del okx["_instruments"]
    with pytest.raises(InputError, match=r"record 1, market 'BTC-USDT-SWAP'.*_instruments"):
        read(okx, tmp_path, map="okx", equity=1)


def test_an_option_that_is_not_flat_is_refused(tmp_path: Path) -> None:
    deribit = document(4)
    deribit["result"][1] |= {"size": 2.0, "average_price": 0.02}
    with pytest.raises(InputError, match=r"record 2: BTC-26DEC25-120000-C: options are not supported"):
        read(deribit, tmp_path, map="deribit")


def test_an_inverse_okx_contract_counts_dollars(tmp_path: Path) -> None:
    okx = document(3)
    okx["data"][0] |= {"instId": "BTC-USD-SWAP", "pos": "-1100", "ccy": "BTC", "mmr": "0.01"}
    okx["_instruments"][0] |= {"instId": "BTC-USD-SWAP", "ctVal": "100", "ctType": "inverse"}
    book = read(okx, tmp_path, map="okx", equity=50_000)
    assert (book.kind.tolist(), book.quantity.tolist()) == ([Kind.INVERSE], [-1])
    assert book.given["maintenance"].tolist() == pytest.approx([1_100])


def test_isolated_positions_are_units_of_their_own(tmp_path: Path) -> None:
    state = document(5)
    first = state["assetPositions"][0]["position"]
    other = first | {"coin": "ETH", "szi": "10", "entryPx": "3900", "positionValue": "38000", "marginUsed": "4000"}
    state["assetPositions"].append({"position": other | {"leverage": {"type": "isolated", "value": 10}}})
    book = read(state, tmp_path, map="hyperliquid")
    assert book.isolated.tolist() == [False, True]
    assert book.equity.tolist() == pytest.approx([61_250, 4_000])
    assert book.mark.tolist() == pytest.approx([110_000, 3_800])


def test_a_closed_account_is_an_empty_book(tmp_path: Path) -> None:
    state = document(5)
    state["assetPositions"] = []
    with pytest.raises(InputError, match="has no rows"):
        read(state, tmp_path, map="hyperliquid")


@pytest.mark.parametrize("name", [name for name in EXPORTS if name.endswith(".json")])
def test_what_an_export_lacks_is_asked_for(name: str) -> None:
    added = {key: value for key, value in EXPORTS[name].items() if key != "account"}
    with pytest.raises(InputError, match="names no account; give it with --account"):
        Book.read(DATA / name, **added)


def test_money_that_an_export_lacks_is_asked_for() -> None:
    with pytest.raises(InputError, match=r"neither collateral nor equity.*or --equity"):
        Book.read(DATA / "2-bybit-v5-position-list.json", "bybit", account="desk")


def test_columns_cannot_be_changed() -> None:
    book = exports()[0]
    with pytest.raises(ValueError, match="read-only"):
        book.quantity[0] = 1
    assert np.isnan(book.markets.index[0])
