"""With a full snapshot, every account on the side asked is a candidate, hit or not."""

from dataclasses import replace

import numpy as np
import pytest
from tests.books.replay_rules import EVENT, RULES

from lastresort.books.book import Book, Kind, Markets
from lastresort.books.replaying.adl_fills import AdlFills, read_fills
from lastresort.books.replaying.replayed_event import ReplayedEvent, replay_event
from lastresort.plugins.errors import InputError

HELD = (
    ("u1", 0, -10.0, 112_000.0),
    ("u3", 0, -1.0, 111_000.0),
    ("v", 0, -20.0, 110_000.0),
    ("x1", 0, 40.0, 120_000.0),
    ("u2", 1, -20.0, 4_500.0),
    ("u4", 1, -5.0, 3_900.0),
    ("u5", 2, 100.0, 190.0),
    ("u1", 2, -50.0, 195.0),
)
NAMES = ["u1", "u2", "u3", "u4", "u5", "v", "x1"]


def snapshot(kinds: tuple[int, ...] = (0, 0, 0), names: tuple[str, ...] = ("BTC", "ETH", "SOL")) -> Book:
    """The accounts of the event and two more, each with 60,000 in cash."""
    unknown = np.full(len(names), np.nan)
    unit, market, quantity, entry = zip(*((NAMES.index(one), *rest) for one, *rest in HELD), strict=True)
    rows, marks = np.arange(len(NAMES)), np.array([108_100.0, 3_950.0, 199.0, 100.0][: len(names)])
    texts = np.array(NAMES, dtype=object)
    where = np.zeros(len(names), np.int64)
    markets = Markets(
        np.array(names, dtype=object), where, np.array(kinds), marks, unknown, unknown, unknown, unknown, unknown
    )
    return Book(
        account=texts,
        account_venue=np.zeros(len(rows), np.int64),
        owner=rows,
        owners=texts,
        venues=np.array(["venue"], dtype=object),
        unit_account=rows,
        isolated=np.zeros(len(rows), np.bool_),
        cash=np.full(len(rows), 60_000.0),
        unit=np.array(unit),
        market=np.array(market),
        quantity=np.array(quantity),
        entry_price=np.array(entry),
        markets=markets,
        given={"opened": np.arange(len(HELD), dtype=float), "contribution": np.zeros(len(rows))},
    )


def fills() -> AdlFills:
    return read_fills(EVENT)


@pytest.fixture(scope="module")
def event() -> ReplayedEvent:
    return replay_event(fills(), RULES, book=snapshot())


def test_everybody_on_the_side_is_a_candidate(event: ReplayedEvent) -> None:
    first = event.tranches[0].candidates
    assert first.account.tolist() == ["u1", "u3", "v"]
    assert first.position.tolist() == [10.0, 1.0, 20.0]
    assert first.closed.tolist() == [7.0, 1.0, 0.0]
    assert event.complete


def test_those_not_hit_give_all_the_freedom(event: ReplayedEvent) -> None:
    """`v` could have been closed for all 8, so that nothing had to overlap."""
    first = event.tranches[0]
    assert first.least.share == 0.0
    profit = np.array([40_000.0, 3_000.0, 40_000.0])
    answer = first.answers[1]
    assert answer.closed.tolist() == pytest.approx((8 * profit / profit.sum()).tolist())


def test_the_mark_of_the_coin_is_that_of_the_event(event: ReplayedEvent) -> None:
    first = event.tranches[0].candidates
    assert first.book.markets.mark.tolist() == [108_000.0, 3_950.0, 199.0]
    without = replay_event(replace(fills(), mark=None), RULES, book=snapshot())
    assert without.tranches[0].candidates.book.markets.mark[0] == 108_100.0


def test_fills_move_the_book_on(event: ReplayedEvent) -> None:
    """After wave 1, `u1` is short 3 and has its profit of 7 contracts at 108,500 in cash; `u3` and `u4` are gone."""
    last = event.tranches[-1].candidates
    assert last.account.tolist() == ["u1", "v"]
    assert last.position.tolist() == [3.0, 20.0]
    assert last.book.cash[:3].tolist() == [60_000.0 + 24_500.0, 60_000.0 + 5_000.0, 60_000.0 + 2_500.0]
    assert last.book.given["opened"].tolist() == [0.0, 2.0, 3.0, 4.0, 6.0, 7.0]


def test_the_book_itself_is_left_alone() -> None:
    book = snapshot()
    replay_event(fills(), RULES, book=book)
    assert book.quantity.tolist() == snapshot().quantity.tolist()
    assert book.cash.tolist() == snapshot().cash.tolist()


def test_an_account_that_is_not_in_the_book() -> None:
    names = np.array(["u1", "u2", "u33", "u4", "u5", "v", "x1"], dtype=object)
    with pytest.raises(InputError, match=r"--book: account 'u3' of the fills not found; .*did you mean 'u33'"):
        replay_event(fills(), RULES, book=replace(snapshot(), account=names))


def test_an_account_without_the_position() -> None:
    book = snapshot()
    book.quantity[1] = 1.0
    with pytest.raises(InputError, match="account 'u3' of the fills not found with a short position in BTC"):
        replay_event(fills(), RULES, book=book)


def test_a_position_that_is_smaller_is_said() -> None:
    """Of `u1`, 7 and then 2 are closed, but there were only 6."""
    book = snapshot()
    book.quantity[0] = -6.0
    event = replay_event(fills(), RULES, book=book)
    assert event.notes[-1].startswith("2 positions of the book of which the event closed more")
    assert event.tranches[0].candidates.position.tolist() == [7.0, 1.0, 20.0]
    assert event.tranches[-1].candidates.account.tolist() == ["v", "u1"]
    assert event.tranches[-1].candidates.position.tolist() == [20.0, 2.0]


@pytest.mark.parametrize(
    ("kinds", "names", "words"),
    [
        ((Kind.INVERSE, 0, 0), ("BTC", "ETH", "SOL"), "found an inverse contract for the coin 'BTC'"),
        ((Kind.SPOT, 0, 0), ("BTC", "ETH", "SOL"), "found nothing for the coin 'BTC'"),
        ((0, 0, 0, 0), ("BTC", "ETH", "SOL", "BTC"), "found venue/BTC or venue/BTC for the coin 'BTC'"),
        ((0, 0, 0), ("BTC", "ETH", "SOLX"), "unknown market 'SOL'; allowed: BTC, ETH or SOLX; did you mean 'SOLX'"),
    ],
)
def test_a_book_of_other_markets(kinds: tuple[int, ...], names: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        replay_event(fills(), RULES, book=snapshot(kinds, names))
