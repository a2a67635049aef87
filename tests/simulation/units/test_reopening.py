"""Shorts that come back: who sells again, when, how much, and at what entry; a halt makes them wait."""

from collections.abc import Callable

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats, Payer
from lastresort.simulation.accounts.journal import Cause, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import BASIS, SHORT, draw_population
from lastresort.simulation.participants.reopening import Reopening
from lastresort.simulation.universe import Universe

OPEN = np.ones((2, 4), dtype=bool)
NONE = np.zeros((2, 4))


class Short:
    """A short of the left venue's first market that sells again 100 s after it was deleveraged."""

    def __init__(self, ledger: Ledger, leverage: float = 100.0) -> None:
        self.env, self.ledger, isolated = simpy.Environment(), ledger, ledger.isolated
        self.account = int(np.flatnonzero((isolated.cohort == SHORT) & (isolated.book == 0))[3])
        self.ids, self.held = np.array([self.account]), float(isolated.quantity[self.account])
        delay = np.full(len(isolated.book), np.inf)
        delay[self.account] = 100.0
        self.journal: list[Posting] = []
        ledger.journal.readers.append(self.journal.append)
        self.reopening = Reopening(self.env, ledger, delay, np.full(len(delay), leverage))

    def deleverage(self, share: float, price: float = 0.8) -> None:
        """A share of what was held at first is closed at `price`."""
        self.ledger.isolated.settle(self.ids)
        bought, paid = np.array([-share * self.held]), np.array([price])
        self.ledger.deleverage(self.ids, 0, 0, bought, paid, price, Payer.FUND, price)

    def sell(self, price: float) -> float:
        """What goes to the book now, and is filled there at `price`."""
        mark: Floats = np.full((2, 4), price)
        ids, sold = self.reopening.orders(mark, OPEN)
        nothing = np.empty(0, dtype=np.int64)
        orders = Orders(None, ids, sold, None, (nothing, nothing), np.empty(0), NONE)
        bought = np.zeros((2, 4))
        bought[0, 0] = -sold.sum()
        self.ledger.trade(mark, orders, np.zeros((12, 2, 4)), bought)
        self.ledger.audit()
        return float(sold.sum())


@pytest.fixture
def short(ledger: Ledger) -> Short:
    """A short with leverage to spare."""
    return Short(ledger)


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_what_was_closed_is_sold_again_at_its_own_time(short: Short, share: float) -> None:
    short.deleverage(share)
    short.env.run(until=99.9)
    assert short.sell(0.9) == 0
    short.env.run(until=100.1)
    assert short.sell(0.9) == pytest.approx(share * short.held)
    assert short.ledger.isolated.quantity[short.account] == pytest.approx(short.held)
    assert short.sell(0.9) == 0, "once"


def test_two_closes_are_one_order(short: Short) -> None:
    short.deleverage(0.3)
    short.env.run(until=50.0)
    short.deleverage(0.2)
    short.env.run(until=100.1)
    assert short.sell(0.9) == pytest.approx(0.5 * short.held)
    short.env.run(until=1000.0)
    assert short.sell(0.9) == 0


def test_the_new_entry_is_the_average_and_the_fill_is_journalled(short: Short) -> None:
    """60 % kept at the old entry, 40 % sold again at 0.9."""
    before = float(short.ledger.isolated.entry[short.account])
    short.deleverage(0.4)
    short.env.run(until=100.1)
    short.sell(0.9)
    assert short.ledger.isolated.entry[short.account] == pytest.approx(0.6 * before + 0.4 * 0.9)
    again = [p for p in short.journal if p.cause is Cause.REOPENING]
    assert len(again) == 1
    assert again[0].quantity.tolist() == pytest.approx([0.4 * short.held])
    assert not [p for p in short.journal if p.cause in (Cause.OPENING, Cause.STOP)]


def test_nobody_sells_before_the_market_opens(short: Short) -> None:
    short.deleverage(1.0)
    short.env.run(until=100.1)
    closed = OPEN.copy()
    closed[0, 0] = False
    assert len(short.reopening.orders(np.full((2, 4), 0.9), closed)[0]) == 0
    assert short.sell(0.9) == pytest.approx(short.held)


def test_no_more_leverage_than_at_first(ledger: Ledger) -> None:
    """Levered half a time, a short that was closed whole sells half of what it has, which is less than it held."""
    short = Short(ledger, leverage=0.5)
    isolated, k = ledger.isolated, short.account
    short.deleverage(1.0, price=1.1)
    wallet = float(isolated.wallet[k])
    short.env.run(until=100.1)
    assert short.sell(1.0) == pytest.approx(-0.5 * wallet)
    assert wallet < -short.held


def test_who_is_in_breach_stays_away(short: Short) -> None:
    isolated, k = short.ledger.isolated, short.account
    short.deleverage(0.5)
    short.env.run(until=100.1)
    ruin = 1.01 * float(isolated.cash[k]) / (-float(isolated.quantity[k]))
    assert short.sell(ruin) == 0


def test_only_shorts_come_back(make_universe: Callable[..., Universe]) -> None:
    universe = make_universe(shorts={"reopening": 0.5, "reopening_time": 900})
    isolated, _ = draw_population(universe, 7)
    back = np.isfinite(isolated.reopening)
    mine = isolated.cohort == SHORT
    assert back[mine].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(mine.sum()))
    assert not back[isolated.cohort == BASIS].any()
