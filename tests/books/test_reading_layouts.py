"""Layouts of one's own, and the schemas that are published."""

import json
from pathlib import Path

import pytest

from lastresort.books.book import ACCOUNT_COLUMNS, POSITION_COLUMNS, Book
from lastresort.books.reading.book_schema import book_schema
from lastresort.books.reading.layout import layout, layout_names, layout_schema
from lastresort.plugins.errors import InputError

LAYOUT = """\
title: our own ledger
decimal: ","
columns:
  account: {joined: [desk, sub]}
  market: {of: sym, pattern: "^(.+)-PERP$", words: {XBT: BTC}}
  quantity: {of: bought, minus: sold, scale: 0.1}
  entry_price: px
  mark_price: mk
  collateral: cash
"""
TABLE = "desk;sub;sym;bought;sold;px;mk;cash;rest\nx;1;XBT-PERP;10;0;100,5;101;5;?\nx;2;XBT-PERP;0;20;100;101;6;?\n"


def read(tmp_path: Path, text: str, table: str = TABLE) -> Book:
    """The book of a table in a layout."""
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "ours.csv").write_text(table, encoding="utf-8")
    return Book.read(tmp_path / "ours.csv", map=tmp_path / "ours.yaml")


def test_a_layout_of_ones_own(tmp_path: Path) -> None:
    book = read(tmp_path, LAYOUT)
    assert (book.account.tolist(), book.quantity.tolist()) == (["x/1", "x/2"], [1, -2])
    assert (book.markets.name.tolist(), book.entry_price.tolist()) == (["BTC"], [100.5, 100])
    assert book.reading.notes == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("entry_price", "entryprice", "unknown column 'entryprice' of a book.*did you mean 'entry_price'"),
        ("^(.+)-PERP$", "(", "not a regular expression"),
        ("of: bought", "off: bought", "off"),
        ("{joined: [desk, sub]}", "{of: desk, text: x}", "exactly one of 'of', 'joined' and 'text'"),
        ("entry_price: px", "entry_price: price", "has no 'price', from which entry_price comes in our own ledger"),
        ("  mark_price: mk\n", "", "says nothing of the column 'mark_price'"),
        ('decimal: ","', 'decimal: ";"', "decimal"),
    ],
)
def test_a_layout_that_is_wrong(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        read(tmp_path, LAYOUT.replace(old, new))


def test_layouts_that_come_along_are_valid() -> None:
    assert layout_names() == ("binance", "bybit", "ccp", "deribit", "hyperliquid", "okx")
    assert all(layout(name).columns for name in layout_names())


def test_the_schema_of_layouts_describes_every_key() -> None:
    schema = layout_schema()
    assert json.loads(json.dumps(schema)) == schema
    for name in ("Sourced", "Case", "Lookup"):
        assert all("description" in one for one in schema["$defs"][name]["properties"].values())


def test_the_schema_of_a_book_has_all_columns() -> None:
    schema = book_schema()
    assert json.loads(json.dumps(schema)) == schema
    items = schema["items"]
    assert items["required"] == ["account", "market", "quantity", "entry_price", "mark_price"]
    assert {*POSITION_COLUMNS, *ACCOUNT_COLUMNS, "side", "owner", "venue", "kind", "lot"} < {*items["properties"]}
    assert items["properties"]["mark_price"]["exclusiveMinimum"] == 0
    assert all(one["description"] for one in items["properties"].values())
