"""Books and what is done with them: splitting, other units, posting, leaving; and the tables of a counterexample."""

from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.contract import Scope
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.plugins.testing.axioms import AXIOMS, counterexample
from lastresort.plugins.testing.axioms.bearing import bear, settled
from lastresort.plugins.testing.axioms.book import Book, Holder
from lastresort.plugins.testing.axioms.counterexamples import tables
from lastresort.plugins.testing.axioms.no_run_incentive import without_position
from lastresort.plugins.testing.axioms.scale_invariance import scaled
from lastresort.plugins.testing.axioms.sybil_resistance import split
from lastresort.plugins.testing.axioms.venue import MARKET, venue_of
from lastresort.simulation.waterfall.views import candidates

SHORT = Holder(account=1, contracts=-20.0, entry=1.5, cash=10.0, contribution=4.0)
LONG = Holder(account=2, contracts=40.0, entry=1.5, cash=50.0)
SAVER = Holder(account=3, cash=7.0)
BOOK = Book(holders=(SHORT, LONG, SAVER), inventory=10.0, deficit=1.0)


@pytest.mark.parametrize(
    ("scope", "accounts"),
    [(Scope.OPPOSITE, [1]), (Scope.HOLDERS, [1, 2]), (Scope.EVERYBODY, [1, 2, 3]), (Scope.PROVIDERS, [])],
)
def test_a_scope_asks_whom_the_engine_would_ask(scope: Scope, accounts: list[int]) -> None:
    assert candidates(venue_of(BOOK), MARKET, BOOK.side, scope).account.tolist() == accounts


def test_columns_follow_from_the_holder() -> None:
    row = candidates(venue_of(BOOK), MARKET, BOOK.side, Scope.OPPOSITE)
    assert (row.profit[0], row.equity[0], row.notional[0], row.leverage[0]) == (10.0, 20.0, 20.0, 1.0)
    assert not row.profit.flags.writeable


def test_a_split_divides_everything_that_adds_up() -> None:
    first, twin = split(BOOK, SHORT, 9, 0.1).holders[:2]
    assert (first.contracts + twin.contracts, first.cash, twin.cash) == (-20.0, 1.0, 9.0)
    assert first.contribution + twin.contribution == 4.0
    assert first.equity(1.0) + twin.equity(1.0) == SHORT.equity(1.0)


def test_other_units_and_back_are_the_same_book() -> None:
    assert scaled(scaled(BOOK, 64.0, 1 / 64), 1 / 64, 64.0) == BOOK
    assert scaled(BOOK, 64.0, 1.0).bankruptcy_price == BOOK.bankruptcy_price / 64


def test_a_close_is_posted_at_its_price_and_the_rest_of_the_position_keeps_its_entry() -> None:
    borne = bear(QueueAdl(), BOOK)
    assert borne.of(1).closed == 10.0
    assert borne.of(1).lost == pytest.approx(1.0)
    after = settled(borne, (1, 2, 3))
    short = after.holder(1)
    assert (short.contracts, short.entry) == (-10.0, 1.5)
    assert short.equity(1.0) == pytest.approx(19.0)
    assert short.gain(1.0) == pytest.approx(9.0)
    assert after.inventory == 0.0
    assert after.deficit == pytest.approx(0.0)


def test_a_charge_is_posted_and_leaves_the_position() -> None:
    borne = bear(SocializedLoss(), BOOK)
    after = settled(borne, (1, 2, 3))
    assert borne.of(1).charged == borne.of(1).lost == 1.0
    assert after.holder(1).contracts == -20.0
    assert after.holder(1).cash == pytest.approx(9.0)
    assert (after.inventory, after.deficit) == (10.0, 0.0)


def test_who_leaves_takes_its_profit_as_cash() -> None:
    left = without_position(BOOK, SHORT).holder(1)
    assert (left.contracts, left.cash, left.gain(1.0)) == (0.0, 20.0, 10.0)


def test_a_short_engine_mirrors_a_long_one() -> None:
    mirrored = replace(
        BOOK, holders=(Holder(account=1, contracts=20.0, entry=0.5, cash=10.0, contribution=4.0),), inventory=-10.0
    )
    assert mirrored.bankruptcy_price == pytest.approx(0.9)
    assert bear(QueueAdl(), mirrored).of(1).lost == pytest.approx(bear(QueueAdl(), BOOK).of(1).lost)


def test_a_counterexample_can_be_checked_by_hand() -> None:
    found = counterexample(AXIOMS["profits-only"], QueueAdl(), 50)
    [(caption, rows)] = tables(found)
    [(_, borne)] = found.shown
    assert caption.startswith("one loss: engine holds +")
    per_contract = abs(borne.book.bankruptcy_price - borne.book.mark)
    for row in rows:
        value = {name: float(text.replace(",", "")) for name, text in row.items()}
        assert value["loss"] == pytest.approx(value["closed"] * per_contract)
        assert value["equity after"] == pytest.approx(value["equity"] - value["loss"])
    assert any(float(row["loss"]) > max(float(row["profit"]), 0) for row in rows)
    assert np.isfinite(per_contract)
