"""The worked example of a book under one rule after another: dollars to the cent, indices to six places."""

from collections.abc import Callable

import pytest
from tests.books.conftest import DATA

from lastresort.books.allocating import Stress
from lastresort.books.allocations import Allocations
from lastresort.books.book import Book
from lastresort.books.policies_on_book import allocations
from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.plugins.catalogue import Catalogue

Put = Callable[..., Allocations]

ACCOUNTS = ("L", "A", "B", "C", "D", "K")


@pytest.fixture
def put(eight: Book, catalogue: Catalogue) -> Put:
    """Put the book to policies."""

    def put(*words: str, book: Book = eight, **stress: float) -> Allocations:
        return allocations(book, words, catalogue, Stress(**stress))  # type: ignore[arg-type]

    return put


def only(found: Allocations) -> PolicyOutcome:
    (one,) = found.outcomes
    return one


def losses(one: PolicyOutcome) -> dict[str, float]:
    """What each account loses, to the cent; those that lose nothing are left out."""
    assert one.taken is not None
    return {
        name: round(loss, 2) for name, loss in zip(ACCOUNTS, one.taken.loss.tolist(), strict=True) if round(loss, 2)
    }


def closed(one: PolicyOutcome) -> dict[str, float]:
    assert one.taken is not None
    return {name: size for name, size in zip(ACCOUNTS, one.taken.closed.tolist(), strict=True) if size}


def test_what_is_lost(put: Put) -> None:
    found = put("queue-adl")
    assert found.lines[:6] == [
        "6 accounts, 1 market",
        "book closes (0.0 net)",
        "unrealised profit: contracts 46,000.00 USD",
        "under water: L: lacks 4,000.00 USD; +8 BTC taken over at bankruptcy price 108,500.00",
        "lost in all: 4,000.00 USD",
        "asked on the other side of BTC: 4 accounts, 20 BTC",
    ]
    assert found.lost == pytest.approx(4_000)


def test_queue(put: Put) -> None:
    one = only(put("queue-adl"))
    assert closed(one) == {"A": 7, "C": 1}
    assert losses(one) == {"A": 3_500, "C": 500}
    numbers = one.measures
    assert numbers["unpaid"] == numbers["overshoot"] == 0
    assert numbers["gini_asked"] == pytest.approx(0.727113, abs=5e-7)
    assert numbers["gini_all"] == pytest.approx(0.898134, abs=5e-7)
    assert numbers["hoover_asked"] == pytest.approx(0.704225, abs=5e-7)
    assert numbers["hoover_all"] == pytest.approx(0.889590, abs=5e-7)
    assert (numbers["largest_burden"], numbers["largest_burden_account"]) == (pytest.approx(0.1), "C")
    assert numbers["top_share"] == pytest.approx(0.875)


@pytest.mark.parametrize(
    ("rule", "lost", "gini"),
    [
        ("pro-rata-adl", {"A": 2_500, "B": 1_250, "C": 250}, 0.444542),
        ("notional-pro-rata", {"A": 2_000, "B": 1_000, "C": 200, "D": 800}, 0.338732),
        ("profit-pro-rata", {"A": 2_051.28, "B": 1_794.87, "C": 153.85}, 0.322319),
        ("equity-pro-rata", {"A": 1_126.76, "B": 2_253.52, "C": 56.34, "D": 563.38}, 0.0),
        ("socialized-loss", {"A": 919.54, "B": 804.60, "C": 68.97, "K": 2_206.90}, 0.186936),
        ("global-haircut", {"A": 420.61, "B": 841.22, "C": 21.03, "D": 210.30, "K": 2_506.83}, 0.0),
    ],
)
def test_proportional_rules(put: Put, rule: str, lost: dict[str, float], gini: float) -> None:
    one = only(put(rule))
    assert losses(one) == pytest.approx(lost, abs=0.005)
    assert one.measures["gini_asked"] == pytest.approx(gini, abs=5e-7)
    assert one.measures["unpaid"] == 0


def test_profits_bear_one_rate(put: Put) -> None:
    one = only(put("profit-pro-rata"))
    rate = 4_000 / 78_000
    assert losses(one) == pytest.approx({"A": 40_000 * rate, "B": 35_000 * rate, "C": 3_000 * rate}, abs=0.005)
    assert one.measures["hoover_asked"] == pytest.approx(0.255507, abs=5e-7)


def test_equities_bear_one_rate(put: Put) -> None:
    assert only(put("equity-pro-rata")).burden[1:5].tolist() == pytest.approx([0.01126761] * 4, abs=5e-9)


def test_whole_lots(put: Put) -> None:
    book = Book.read(DATA / "8-book.csv", lots={"BTC": 1e-5})
    one = only(put("min-max-program", book=book))
    assert losses(one) == pytest.approx({"A": 1_126.76, "B": 2_253.52, "C": 56.34, "D": 563.38}, abs=0.011)
    assert 0 <= one.measures["gini_asked"] <= 1e-5
    assert one.defaulted == ()


def test_what_is_not_collected_is_never_hidden(put: Put) -> None:
    found = put("capped-pro-rata(hbar=0.05,floor=0)")
    one = only(found)
    assert losses(one) == {"A": 2_000, "B": 1_750, "C": 150}
    assert (one.measures["collected"], one.measures["unpaid"]) == (pytest.approx(3_900), pytest.approx(100))
    assert found.rows[0]["UNPAID"] == "100.00"


def test_a_price_that_the_book_does_not_have_is_the_mark(put: Put) -> None:
    found = put("hyperliquid-adl")
    one = only(found)
    assert closed(one) == {"A": 7, "C": 1}
    assert one.measures["collected"] == 0
    assert one.measures["unpaid"] == pytest.approx(4_000)
    assert found.rows[0]["Gini asked"] == "no loss"
    assert found.notes == ["hyperliquid-adl: previous_mark not in the book: the mark"]


def test_the_fund_pays_first(put: Put) -> None:
    found = put("fund+queue-adl", fund=1_000)
    one = only(found)
    assert one.taken is not None
    assert one.taken.paid["fund"] == pytest.approx(1_000)
    assert losses(one) == {"A": 2_625, "C": 375}
    assert one.measures["overshoot"] == 0
    assert found.payers == [
        "fund+queue-adl: fund pays 1,000.00, A closes 7 at 108,375.00 (2,625.00), C closes 1 at 108,375.00 (375.00)"
    ]


def test_a_rule_alone_asks_no_fund(put: Put) -> None:
    one = only(put("queue-adl", fund=1_000))
    assert one.taken is not None
    assert (one.taken.paid["fund"], sum(losses(one).values())) == (0, 4_000)


def test_a_missing_column_is_named(put: Put) -> None:
    found = put("okx")
    assert found.notes == ["okx: not applicable: needs maintenance"]
    assert set(found.rows[0].values()) == {"okx", "-"}
