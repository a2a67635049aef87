"""What the ledger writes into its journal: who, what, when, at which price, and because of which rule."""

from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Payer
from lastresort.simulation.accounts.journal import Cause, Party, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import RETAIL, SHORT
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


@pytest.fixture
def told(ledger: Ledger) -> list[Posting]:
    """Every posting of the ledger, as it comes."""
    postings: list[Posting] = []
    ledger.journal.readers.append(postings.append)
    return postings


@pytest.fixture
def later(universe: Universe, ledger: Ledger) -> Prices:
    """The journal at 60 seconds: marks at 0.9, which a rule then puts at 0.8, and mids at 0.85."""
    prices = Prices(universe)
    prices.mark = np.full((2, 4), 0.9)
    ledger.journal.open(60.0, prices)
    prices.mark[:], prices.mid[:] = 0.8, 0.85
    return prices


def someone(ledger: Ledger, cohort: int, book: int = 2) -> Any:
    """The first account of a cohort in a book of the left venue."""
    isolated = ledger.isolated
    return np.flatnonzero((isolated.cohort == cohort) & (isolated.book == book))[:1]


def test_a_takeover_is_one_posting_with_all_that_is_known(ledger: Ledger, told: list[Posting], later: Prices) -> None:
    isolated, account = ledger.isolated, someone(ledger, RETAIL)
    held, cash, rate = (float(column[account[0]]) for column in (isolated.quantity, isolated.cash, isolated.base_rate))
    isolated.rate = np.full_like(isolated.base_rate, 0.5)  # a rule's margin, which is not the scenario's
    with ledger.journal.stages(account, np.array([2]), ["full-takeover"], 61.0):
        ledger.seize(account, np.array([2]), np.array([held]), np.array([0.78]), np.array([0.8]))
    (posting,) = [posting for posting in told if posting.cause is Cause.TAKEOVER]
    assert (posting.party, posting.other, posting.time) == (Party.ACCOUNTS, Party.ENGINE, 61.0)
    assert (posting.stages, posting.shared) == (["full-takeover"], False)
    assert posting.quantity == pytest.approx([-held])
    assert posting.cash == pytest.approx([0.78 * held])
    assert (float(posting.price[0]), float(posting.mark[0]), float(posting.mid[0])) == (0.78, 0.8, 0.85)
    assert posting.unit is not None
    assert posting.unit.equity == pytest.approx([cash + 0.9 * held]), "at the usual mark"
    assert posting.unit.maintenance == pytest.approx([rate * 0.9 * held]), "at the scenario's rate"
    assert ledger.journal.tick == [posting]


def test_a_pair_s_unit_is_its_whole_account(ledger: Ledger, told: list[Posting], later: Prices) -> None:
    cross, account = ledger.cross, np.array([len(ledger.isolated.book)])
    held, cash, venue = cross.quantity[0].copy(), float(cross.cash[0]), int(cross.venue[0])
    market = cross.long_market[:1]
    ledger.seize(account, market, held[market], np.array([0.8]), np.array([0.8]))
    unit = told[0].unit
    assert unit is not None
    assert unit.equity == pytest.approx([cash + 0.9 * held.sum()])
    assert unit.maintenance == pytest.approx([0.9 * float(np.abs(held) @ cross.base_rate[venue])])


def test_each_position_bears_the_name_of_the_rule_that_decided_it(ledger: Ledger, told: list[Posting]) -> None:
    ids = np.concatenate([someone(ledger, RETAIL, 2), someone(ledger, RETAIL, 3)])
    with ledger.journal.stages(ids[::-1], np.array([3, 2]), ["second", "first"], 0.0):
        ledger.seize(ids, np.array([2, 3]), ledger.isolated.quantity[ids], np.ones(2), np.ones(2))
    assert told[0].stages == ["first", "second"]
    ledger.charge(ids[:1], 0, 2, np.zeros(1))
    assert told[-1].stage == "", "nobody decides after that"


def test_who_owes_more_than_it_has_leaves_a_hole(ledger: Ledger, told: list[Posting]) -> None:
    account = someone(ledger, RETAIL)
    held, cash = (float(column[account[0]]) for column in (ledger.isolated.quantity, ledger.isolated.cash))
    ledger.seize(account, np.array([2]), np.array([held]), np.array([0.001]), np.ones(1))
    (hole,) = [posting for posting in told if posting.cause is Cause.HOLE]
    assert (hole.party, hole.other) == (Party.ACCOUNTS, Party.ENGINE)
    assert hole.cash == pytest.approx([-cash - 0.001 * held])


@pytest.mark.parametrize("payer", list(Payer))
def test_every_payer_is_a_party_of_its_own(ledger: Ledger, told: list[Posting], payer: Payer) -> None:
    market, none = np.array([0, 2]), np.zeros(2)
    with ledger.journal.stage("some-backstop", 7.0):
        ledger.absorb(payer, 1, market, np.array([100.0, 30.0]), none)
    (posting,) = told
    other = {
        Payer.FUND: Party.FUND,
        Payer.BACKSTOP: Party.BACKSTOP,
        Payer.VAULT: Party.ACCOUNTS,
        Payer.CAPITAL: Party.CAPITAL,
        Payer.DEFAULT_FUND: Party.DEFAULT_FUND,
    }[payer]
    assert (posting.cause, posting.party, posting.other) == (Cause.ABSORPTION, Party.ENGINE, other)
    assert (posting.stage, posting.time, int(posting.venue)) == ("some-backstop", 7.0, 1)
    assert posting.cash.tolist() == [100.0, 30.0]
    assert posting.payment is not None
    assert posting.payment.payer is payer
    vaults = (len(ledger.isolated.book) + ledger.cross.vaults(1)[[0, 2]]).tolist()
    assert posting.account.tolist() == {Payer.VAULT: vaults, Payer.FUND: [0, 2]}.get(payer, [-1, -1])


def test_two_prices_leave_a_gap_to_their_payer(ledger: Ledger, told: list[Posting]) -> None:
    longs, shorts = someone(ledger, RETAIL), someone(ledger, SHORT)
    size = min(float(ledger.isolated.quantity[longs[0]]), -float(ledger.isolated.quantity[shorts[0]]))
    ledger.seize(longs, np.array([2]), np.array([size]), np.ones(1), np.ones(1))
    told.clear()
    closed = np.array([size])
    ledger.deleverage(shorts, 0, 2, closed, np.array([0.97]), 1.0, Payer.FUND, 1.0)
    close, gap = told
    assert (close.cause, close.other, float(close.price[0])) == (Cause.DELEVERAGING, Party.ENGINE, 0.97)
    assert (gap.cause, gap.other) == (Cause.GAP, Party.FUND)
    assert gap.cash == pytest.approx([0.03 * size])
    told.clear()
    ledger.deleverage(shorts[:0], 0, 2, closed[:0], closed[:0], 1.0, Payer.FUND, 1.0)
    assert [posting.cause for posting in told] == [Cause.DELEVERAGING], "no gap, no line"
