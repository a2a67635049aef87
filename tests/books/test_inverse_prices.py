"""Bankruptcy prices of inverse contracts are those that a venue quotes."""

import json

import pandas as pd
import pytest

from lastresort.api import allocate
from lastresort.books.book import Book

MARK = 100_000.0


def _book(*rows: tuple[str, float, float, float]) -> Book:
    frame = pd.DataFrame(rows, columns=["account", "quantity", "entry_price", "collateral"])
    return Book.from_frame(frame.assign(market="BTC", kind="inverse", mark_price=MARK))


def test_a_bankruptcy_price_is_where_the_owner_has_nothing() -> None:
    """100,000 USD long since 125,000 have lost 20,000 at the mark; 5,000 of collateral are gone at 117,647.06."""
    found = allocate(_book(("L", 1, 125_000, 5_000), ("A", -1, 125_000, 50_000)), ["queue-adl"])
    (one,) = found.takeovers
    assert one.lacks == pytest.approx(15_000)
    assert MARK * (1 - MARK / one.price) == pytest.approx(15_000)
    assert any("bankruptcy price 117,647.06" in line for line in found.lines)
    assert found.payers == ["queue-adl: A closes 1 at 117,647.06 (15,000.00)"]


@pytest.mark.parametrize(("contracts", "price", "lacks"), [("+1", 125_000, 20_000), ("-1", 80_000, 25_000)])
def test_a_position_from_outside_is_quoted_too(contracts: str, price: float, lacks: float) -> None:
    book = _book(("A", -2, MARK, 500_000), ("B", 2, MARK, 500_000))
    found = allocate(book, ["queue-adl"], positions=[f"BTC:{contracts}@{price}"])
    assert found.lost == pytest.approx(lacks)
    assert found.takeovers[0].price == price
    assert found.outcomes[0].measures["collected"] == pytest.approx(lacks)
    assert f"at {price:,.2f} ({lacks:,.2f})" in found.payers[0]


def test_a_loss_beyond_any_price_is_told_without_one() -> None:
    found = allocate(_book(("L", 1, MARK, -150_000), ("A", -1, MARK, 500_000)), ["queue-adl"])
    assert any("bankruptcy price beyond any" in line for line in found.lines)
    assert json.loads(json.dumps(found.document(), allow_nan=False))["taken_over"][0]["price"] is None
