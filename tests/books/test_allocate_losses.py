"""What is lost, and to whom a book may be put: marks, positions and deficits from outside, kinds, hedges, strangers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.books.conftest import DATA

from lastresort.api import allocate
from lastresort.books.allocating import Stress, taken_over
from lastresort.books.book import Book
from lastresort.books.lost_positions import OutsideDeficit, OutsidePosition
from lastresort.books.policies_on_book import allocations
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError

EIGHT = DATA / "8-book.csv"


def test_another_mark_is_a_stress_test(eight: Book) -> None:
    """At 105,000 L owns 92,000 - 8 x 15,000, and nobody else is under water."""
    (one,) = taken_over(eight.at(BTC=105_000))
    assert one.contracts == 8
    assert one.lacks == pytest.approx(28_000)
    assert one.price == pytest.approx(105_000 + 28_000 / 8)


def test_nothing_is_lost(eight: Book) -> None:
    found = allocate(eight, ["queue-adl"], marks={"BTC": 109_000})
    assert found.lost == 0
    assert (
        "nobody is under water: nothing is lost; --mark, --position and --deficit make it a stress test" in found.lines
    )
    assert found.outcomes[0].measures["collected"] == 0


def test_a_position_from_outside(eight: Book) -> None:
    found = allocate(eight, ["queue-adl"], marks={"BTC": 109_000}, positions=["BTC:+8@110000"])
    assert found.lost == pytest.approx(8_000)
    assert found.outcomes[0].measures["collected"] == pytest.approx(8_000)
    assert "from outside: lacks 8,000.00 USD; +8 BTC taken over at bankruptcy price 110,000.00" in found.lines


def test_a_position_that_brings_money_pays_first(eight: Book) -> None:
    """8 BTC at 100,000 are worth 64,000 more at the mark: L's 4,000 are paid, and 60,000 are left over."""
    found = allocate(eight, ["queue-adl"], positions=["BTC:+8@100000"])
    assert (found.lost, found.outcomes[0].measures["overshoot"]) == (0, pytest.approx(60_000))
    assert any("is worth 64,000.00 USD more than its price" in line for line in found.lines)
    assert not any("lacks -" in line for line in found.lines)


def test_a_deficit_serves_rules_that_charge(eight: Book) -> None:
    found = allocate(eight.at(BTC=109_000), ["global-haircut", "queue-adl"], deficits=["4000"])
    charging, closing = found.outcomes
    assert charging.measures["charged"] == pytest.approx(4_000)
    assert (closing.measures["collected"], closing.measures["unpaid"]) == (0, pytest.approx(4_000))


def test_several_positions_are_taken_at_their_share(tmp_path: Path) -> None:
    """L's 1,000 USD below nothing are shared by value, 3 to 1, so that both prices are the mark's worse by the same."""
    rows = [
        ("L", "BTC", 3, 100, 100, -1_000),
        ("L", "ETH", -10, 10, 10, -1_000),
        ("S", "BTC", -3, 100, 100, 5_000),
        ("S", "ETH", 10, 10, 10, 5_000),
    ]
    frame = pd.DataFrame(rows, columns=["account", "market", "quantity", "entry_price", "mark_price", "collateral"])
    btc, eth = taken_over(Book.from_frame(frame))
    assert [btc.lacks, eth.lacks] == pytest.approx([750, 250])
    assert [btc.price, eth.price] == pytest.approx([350, -15])


def test_a_debt_without_a_position_is_lost_too() -> None:
    rows = [("L", "BTC", 0, 100, 100, -70), ("S", "BTC", -3, 110, 100, 500), ("T", "BTC", 3, 90, 100, 500)]
    frame = pd.DataFrame(rows, columns=["account", "market", "quantity", "entry_price", "mark_price", "collateral"])
    found = allocate(frame, ["global-haircut"])
    assert found.lost == pytest.approx(70)
    assert found.outcomes[0].measures["charged"] == pytest.approx(70)


def test_an_inverse_contract_is_counted_in_its_own_dollars() -> None:
    """110,000 USD sold at 121,000 win 10,000.00 USD at 110,000, not the 11,000.00 of a linear contract."""
    rows = [
        ("I", "BTC", "inverse", -1.0, 121_000, 110_000, 50_000),
        ("L", "BTC", "inverse", 1.0, 112_000, 110_000, -3_000),
    ]
    frame = pd.DataFrame(
        rows, columns=["account", "market", "kind", "quantity", "entry_price", "mark_price", "collateral"]
    )
    book = Book.from_frame(frame)
    assert book.profit[0] == pytest.approx(10_000)
    assert book.entry_value[0] == pytest.approx(110_000)
    assert book.at(BTC=105_000).profit[0] == pytest.approx(110_000 * (1 - 105 / 121))
    lacks = 3_000 + 110_000 * (1 - 110 / 112)
    assert taken_over(book)[0].lacks == pytest.approx(lacks)
    one = allocate(book, ["queue-adl"]).outcomes[0]
    assert one.measures["collected"] == pytest.approx(lacks)


def test_inverse_and_linear_winners_of_one_price_rank_alike() -> None:
    """Who sold at 121,000 has won a tenth, in dollars as in coins: 10,000 / 110,000 as 11,000 / 121,000."""
    rows = [("I", "inverse", -1.0, 121_000), ("P", "perp", -1.0, 121_000)]
    frame = pd.DataFrame(rows, columns=["account", "kind", "quantity", "entry_price"])
    frame = frame.assign(market="BTC", mark_price=110_000.0, collateral=50_000.0)
    book = Book.from_frame(frame)
    assert book.profit / book.entry_value == pytest.approx([1 / 11, 1 / 11])


def test_venues_share_their_own_losses(catalogue: Catalogue, eight: Book) -> None:
    frame = pd.read_csv(EIGHT)
    two = pd.concat([frame.assign(venue="east"), frame.assign(venue="west")])
    found = allocate(Book.from_frame(two), ["fund+queue-adl"], fund=1_000)
    assert found.lost == pytest.approx(8_000)
    done = found.outcomes[0]
    assert done.measures["fund"] == pytest.approx(2_000), "each venue has a fund of its own"
    assert done.measures["collected"] == pytest.approx(6_000)
    with pytest.raises(
        InputError, match="--position: 'BTC' means 2 markets of contracts; allowed: one of east/BTC, west/BTC"
    ):
        allocate(Book.from_frame(two), ["queue-adl"], positions=["BTC:+8@110000"])


def test_a_hedge_that_a_rule_breaks_is_counted() -> None:
    """A's short is hedged with coins elsewhere; the queue closes it, pro rata by equity leaves most of it."""
    frame = pd.read_csv(EIGHT)
    frame["owner"] = frame["account"]
    coins = {"account": "vault", "market": "BTC", "quantity": 10, "entry_price": 90_000, "mark_price": 108_000}
    coins |= {"collateral": 0, "owner": "A", "kind": "spot", "venue": "custody"}
    frame = pd.concat([frame.assign(kind="perp", venue="venue"), pd.DataFrame([coins])])
    found = allocate(Book.from_frame(frame), ["queue-adl", "equity-pro-rata"])
    assert [(one.measures["hedged"], one.measures["hedges_broken"]) for one in found.outcomes] == [(1, 1), (1, 0)]


def test_a_gap_in_a_needed_column_is_an_error(catalogue: Catalogue, eight: Book, tmp_path: Path) -> None:
    gap = np.full(len(eight.unit), 100.0)
    gap[3] = np.nan
    book = replace(eight, given={"maintenance": gap})
    assert allocations(book, ["queue-adl"], catalogue, Stress()).outcomes[0].applies
    with pytest.raises(InputError, match="column 'maintenance': 1 empty, the first for account 'C'"):
        allocations(book, ["okx"], catalogue, Stress())
    with pytest.raises(InputError, match="column 'maintenance': 1 empty, the first for account 'C'"):
        allocate(book, ["richest-first"], [stranger(tmp_path, "holders.maintenance")])


def test_an_empty_other_side_leaves_all_unpaid(catalogue: Catalogue) -> None:
    book = Book.from_frame(pd.read_csv(EIGHT).query("quantity > 0"))
    done = allocations(book, ["queue-adl"], catalogue, Stress()).outcomes[0]
    assert done.measures["unpaid"] == pytest.approx(4_000)


def test_a_throttled_rule_is_asked_until_it_stops(catalogue: Catalogue, eight: Book) -> None:
    found = allocations(eight, ["dydx-rotation(visits=1)"], catalogue, Stress())
    done = found.outcomes[0]
    assert done.measures["unpaid"] == pytest.approx(0)
    assert done.measures["passes"] > 1
    assert found.notes[-1] == f"dydx-rotation(visits=1): asked {done.measures['passes']} times"


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("queu-adl", "--policies: found 'queu-adl'.*did you mean 'queue-adl'"),
        ("capped-pro-rata(hbar=2)", "hbar"),
        ("capped-pro-rata(hbar)", "NAME=VALUE"),
        ("capped-pro-rata(hbar=0.1", "with a bracket at its end"),
        ("full-takeover", "answers no question about losses"),
    ],
)
def test_words_that_mean_no_policy(eight: Book, word: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        allocate(eight, [word])


@pytest.mark.parametrize(
    "stress",
    [
        {"positions": ["BTC+8@1"]},
        {"positions": ["BTC:0@1"]},
        {"positions": ["BTC:nan@1"]},
        {"positions": ["BTC:8@-1"]},
        {"positions": ["ETH:8@1"]},
        {"deficits": ["-4"]},
        {"deficits": ["inf"]},
        {"deficits": ["ETH=4"]},
        {"marks": {"BTC": float("nan")}},
        {"marks": {"BTC": 0.0}},
        {"marks": {"ETH": 5.0}},
        {"fund": -1.0},
        {"capital": float("inf")},
        {"fund": 1e300},
        {"deficits": ["1e300"]},
        {"positions": ["BTC:1e300@1e300"]},
        {"positions": ["BTC:1e-300@1"]},
        {"marks": {"BTC": 1e300}},
        {"marks": {"BTC": 1e-300}},
    ],
)
def test_stress_that_means_nothing(eight: Book, stress: dict[str, object]) -> None:
    with pytest.raises(InputError):
        allocate(eight, ["queue-adl"], **stress)  # type: ignore[arg-type]


STRANGER = """
from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.contract import Candidates, Floats


@ranking("richest-first")
def richest_first(holders: Candidates) -> Floats:
    \"\"\"Close the opposite positions of the best funded accounts first.\"\"\"
    return {answer}
"""


def stranger(folder: Path, answer: str) -> Path:
    file = folder / "richest.py"
    file.write_text(STRANGER.format(answer=answer), encoding="utf-8")
    return file


def test_a_plugin_is_asked_in_a_process_of_its_own(eight: Book, tmp_path: Path) -> None:
    found = allocate(eight, ["fund+richest-first", "richest-first"], [stranger(tmp_path, "holders.equity")], fund=1_000)
    assert [one.failure for one in found.outcomes] == ["", ""]
    assert found.payers[1] == (
        "richest-first: B closes 5 at 108,500.00 (2,500.00), A closes 3 at 108,500.00 (1,500.00)"
    )


def test_a_plugin_that_needs_what_is_not_there(eight: Book, tmp_path: Path) -> None:
    found = allocate(eight, ["richest-first"], [stranger(tmp_path, "holders.maintenance")])
    assert found.notes == ["richest-first: not applicable: needs maintenance"]


@pytest.mark.parametrize("answer", ["1 / 0", "[1, 2]", "holders.equity * float('nan')", "exit(3)"])
def test_a_plugin_that_fails_spoils_nothing(eight: Book, tmp_path: Path, answer: str) -> None:
    found = allocate(eight, ["richest-first", "queue-adl"], [stranger(tmp_path, answer)])
    broken, sound = found.outcomes
    assert broken.failure
    assert not broken.applies
    assert sound.measures["collected"] == pytest.approx(4_000)


def test_a_folder_is_written(eight: Book, tmp_path: Path) -> None:
    allocate(eight, ["queue-adl"], out=tmp_path / "out", command="lastresort allocate 8-book.csv")
    table = pd.read_csv(tmp_path / "out" / "allocations.csv")
    assert table["collected"].tolist() == pytest.approx([4_000])
    rows = pd.read_csv(tmp_path / "out" / "accounts.csv").set_index("account")
    assert rows.loc["A", "loss: queue-adl"] == pytest.approx(3_500)
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_deficits_of_a_market_that_is_not_named_are_refused_where_there_are_several() -> None:
    frame = pd.concat([pd.read_csv(EIGHT), pd.read_csv(EIGHT).assign(market="ETH")])
    with pytest.raises(InputError, match="--deficit: no market is named; allowed: one of BTC, ETH"):
        allocate(Book.from_frame(frame), ["global-haircut"], deficits=["4000"])


def test_outside_losses_by_hand(catalogue: Catalogue, eight: Book) -> None:
    stress = Stress((OutsidePosition("BTC", -1.0, 107_000.0),), (OutsideDeficit(50.0),))
    found = taken_over(eight, stress)
    assert [round(one.lacks, 2) for one in found] == [4_000, 1_000, 50]
