"""A rate of exchange that nobody needs is told, since money without a currency is in USD."""

from pathlib import Path

import pytest

from lastresort.books.book import Book
from lastresort.plugins.errors import InputError

TABLE = "account,market,quantity,entry_price,mark_price,collateral{}\nA,BTC,1,9,10,5{}\nB,BTC,-1,9,10,5{}\n"


def _notes(tmp_path: Path, header: str, cell: str, **rates: float) -> tuple[str, ...]:
    path = tmp_path / "book.csv"
    path.write_text(TABLE.format(header, cell, cell))
    return Book.read(path, fx=rates).reading.notes


def test_a_file_without_currencies_does_not_use_a_rate(tmp_path: Path) -> None:
    (note,) = _notes(tmp_path, "", "", EUR=1.08)
    assert "the rate of EUR is not used, as no row is in EUR" in note


def test_one_of_two_rates_is_used(tmp_path: Path) -> None:
    used, unused = _notes(tmp_path, ",currency", ",EUR", EUR=1.08, GBP=1.3)
    assert "1 EUR is 1.08 USD, as given" in used
    assert "the rate of GBP is not used" in unused


@pytest.mark.parametrize("name", ["USD", "usd", "EUR=1.08,GBP", "EUR GBP"])
def test_rates_of_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="allowed: one of another currency than USD"):
        _notes(tmp_path, "", "", **{name: 1.1})
