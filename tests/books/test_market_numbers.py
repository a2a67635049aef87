"""A rule that spares the majors spares them by their names, wherever they stand in a book."""

import pandas as pd
import pytest

from lastresort.api import allocate
from lastresort.books.book import Book
from lastresort.books.policy_outcome import PolicyOutcome

BANKRUPT = {"account": "L", "quantity": 8, "entry_price": 120, "collateral": 92}
WINNER = {"account": "A", "quantity": -8, "entry_price": 112, "collateral": 60}


def _aevo(market: str, *before: str, rule: str = "aevo") -> PolicyOutcome:
    others = [
        {
            "account": f"{name}{side}",
            "market": name,
            "quantity": side,
            "entry_price": 9,
            "collateral": 5,
            "mark_price": 9,
        }
        for name in before
        for side in (-1, 1)
    ]
    rows = [row | {"market": market, "mark_price": 108, "maintenance": 1} for row in (BANKRUPT, WINNER)]
    book = Book.from_frame(pd.DataFrame([*(row | {"maintenance": 1} for row in others), *rows]))
    return allocate(book, [rule]).outcomes[0]


@pytest.mark.parametrize("market", ["DOGE", "BTCDOM", "SOLV", "ETHFI-USDT", "AAVE"])
def test_the_first_market_is_no_major_by_its_number(market: str) -> None:
    assert _aevo(market).measures["closed"] == pytest.approx(8 * 108)


@pytest.mark.parametrize("market", ["BTC", "eth", "SOL-PERP", "BTCUSDT", "ETH/USD", "BTC_USDC-PERPETUAL"])
def test_majors_are_spared_wherever_they_stand(market: str) -> None:
    assert _aevo(market, "X", "Y", "Z").measures["closed"] == 0


def test_what_a_policy_says_itself_holds() -> None:
    assert _aevo("BTC", rule="aevo-adl(exempt=[])").measures["closed"] == pytest.approx(8 * 108)
