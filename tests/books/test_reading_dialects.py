"""Any table of positions, written in any dialect of CSV, is the same book."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lastresort.books.book import Book

NUMBERS = ("quantity", "entry_price", "mark_price", "collateral", "maintenance")
SEPARATORS = (",", ";", "\t", "|")
GROUPS = {".": ("", ",", " ", "\u00a0", "'"), ",": ("", ".", " ", "\u202f")}


@dataclass(frozen=True)
class Dialect:
    """How a program writes a table."""

    separator: str
    decimal: str
    group: str
    encoding: str
    quoting: Any
    newline: str
    minus: str
    shout: bool

    def number(self, value: float) -> str:
        """A number of up to four digits behind the mark."""
        whole, _, fraction = f"{abs(value):,.4f}".partition(".")
        bare = fraction.rstrip("0")
        text = whole.replace(",", self.group) + (self.decimal + bare if bare else "")
        return f"({text})" if value < 0 and self.minus == "(" else f"{self.minus if value < 0 else ''}{text}"

    def bytes_of(self, table: pd.DataFrame) -> bytes:
        """The table as this program writes it."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.separator, quoting=self.quoting, lineterminator=self.newline)
        writer.writerow([f" {name.upper()} " if self.shout else name for name in table.columns])
        for row in table.to_dict("records"):
            writer.writerow([self.number(row[name]) if name in NUMBERS else row[name] for name in table.columns])
        return out.getvalue().encode(self.encoding)


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from([".", ","]))
    return Dialect(
        draw(st.sampled_from(SEPARATORS)),
        decimal,
        draw(st.sampled_from(GROUPS[decimal])),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from(["-", "\u2212", "("])),
        draw(st.booleans()),
    )


names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8).filter(
    lambda name: not name.startswith("=")
)
decimals = st.integers(1, 10**11).map(lambda value: value / 10**4)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Positions of some accounts, one at least long and one short, in an order that means nothing."""
    accounts = draw(st.lists(names, min_size=2, max_size=5, unique=True))
    markets = draw(st.dictionaries(names, decimals, min_size=1, max_size=3))
    rows = []
    for at, account in enumerate(accounts):
        cash = draw(decimals)
        for name in draw(st.lists(st.sampled_from(sorted(markets)), min_size=1, unique=True)):
            sign = draw(st.sampled_from([-1, 1])) if at else -1
            rows.append((account, name, sign * draw(decimals), draw(decimals), markets[name], cash, draw(decimals)))
    return pd.DataFrame(draw(st.permutations(rows)), columns=["account", "market", *NUMBERS])


def content(book: Book) -> list[tuple[Any, ...]]:
    """Everything that a book holds, position by position."""
    names = book.account[book.unit_account[book.unit]]
    columns = [names, book.markets.name[book.market], book.quantity, book.entry_price, book.mark, book.cash[book.unit]]
    return list(zip(*(column.tolist() for column in (*columns, book.given["maintenance"])), strict=True))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(table=tables(), dialect=dialects())
def test_a_table_in_any_dialect_is_the_same_book(table: pd.DataFrame, dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(dialect.bytes_of(table))
    assert content(Book.read(path, decimal=dialect.decimal)) == list(table.itertuples(index=False, name=None))


@settings(max_examples=50)
@given(table=tables(), seed=st.integers(0, 1000))
def test_the_order_of_rows_means_nothing(table: pd.DataFrame, seed: int) -> None:
    shuffled = table.sample(frac=1, random_state=seed)
    assert sorted(content(Book.from_frame(shuffled))) == sorted(content(Book.from_frame(table)))


def test_a_large_table_is_read_by_columns(tmp_path: Path) -> None:
    size = 200_000
    drawn = np.random.default_rng(1)
    account = np.arange(size) // 2
    table = pd.DataFrame(
        {
            "account": [f"a{one}" for one in account],
            "market": np.where(np.arange(size) % 2, "BTC", "ETH"),
            "quantity": drawn.normal(size=size).round(3),
            "entry_price": (100 + drawn.random(size)).round(6),
            "mark_price": np.where(np.arange(size) % 2, 100.5, 100.25),
            "collateral": account + 1.0,
        }
    )
    path = tmp_path / "large.csv"
    table.to_csv(path, index=False)
    book = Book.read(path)
    held = table[table["quantity"] != 0]
    assert len(book.account) == size // 2
    assert np.array_equal(book.quantity, held["quantity"])
    assert len(book.reading.flat) == size - len(held)
    assert book.cash.sum() == pytest.approx(table["collateral"][::2].sum())
