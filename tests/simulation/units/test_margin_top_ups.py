"""Top-ups: who is warned when, when cash arrives, how often, and that it is nobody's gain."""

from collections.abc import Callable

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import RETAIL, SHORT, draw_population
from lastresort.simulation.participants.top_ups import TopUps
from lastresort.simulation.universe import Universe

TERMS = {"warning": 3.0, "amount": 0.5}


class Holder:
    """One account of the left venue's first market that sends cash 100 s and then 200 s after a warning."""

    def __init__(self, universe: Universe, ledger: Ledger, cohort: int) -> None:
        self.env, self.ledger, isolated = simpy.Environment(), ledger, ledger.isolated
        mine = np.flatnonzero((isolated.cohort == cohort) & (isolated.book == 0))
        thinnest = np.argsort(isolated.start_margin[mine] / np.abs(isolated.quantity[mine]))
        self.account = int(mine[thinnest[len(mine) // 2]])
        first, second = (np.full(len(isolated.book), np.inf) for _ in range(2))
        first[self.account], second[self.account] = 100.0, 200.0
        self.top_ups = TopUps(self.env, universe, ledger, (first, second))
        self.margin = float(isolated.start_margin[self.account])

    def warned_at(self) -> float:
        """Cash + q p = 3 x rate x |q| p."""
        isolated, k = self.ledger.isolated, self.account
        q = isolated.quantity[k]
        return float(-isolated.cash[k] / (q - 3 * isolated.rate[k] * abs(q)))

    def look(self, price: float) -> None:
        mark: Floats = np.ones((2, 4))
        mark[0, 0] = price
        self.top_ups.watch(mark)

    def received(self) -> float:
        return float(self.ledger.topped_up[self.account])


@pytest.fixture
def holder(make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]) -> Callable[..., Holder]:
    def build(cohort: int = RETAIL) -> Holder:
        universe = make_universe(top_ups=TERMS)
        return Holder(universe, make_ledger(universe), cohort)

    return build


@pytest.mark.parametrize(("cohort", "beyond"), [(RETAIL, -1e-9), (SHORT, 1e-9)])
def test_a_holder_is_warned_at_the_multiple_of_maintenance(
    holder: Callable[..., Holder], cohort: int, beyond: float
) -> None:
    one = holder(cohort)
    level = one.warned_at()
    one.look(level * (1 - beyond))
    one.env.run(until=1000.0)
    assert one.received() == 0
    one.look(level * (1 + beyond))
    one.env.run(until=1099.9)
    assert one.received() == 0
    one.env.run(until=1100.1)
    assert one.received() == pytest.approx(0.5 * one.margin)


def test_cash_arrives_whether_or_not_anybody_looks(holder: Callable[..., Holder]) -> None:
    """It is an event of its own: no market need trade for it, and no tick; margin grows by it at once."""
    one = holder()
    cash = float(one.ledger.isolated.cash[one.account])
    one.look(0.999 * one.warned_at())
    one.env.run(until=100.1)
    assert one.ledger.isolated.cash[one.account] == pytest.approx(cash + 0.5 * one.margin)
    one.ledger.audit()


def test_twice_at_most(holder: Callable[..., Holder]) -> None:
    one = holder()
    for price, until, times in ((0.999, 100.1, 1), (0.999, 300.2, 2), (0.999, 9000.0, 2)):
        one.look(price * one.warned_at())
        one.look(price * one.warned_at())
        one.env.run(until=until)
        assert one.received() == pytest.approx(times * 0.5 * one.margin)
    one.ledger.audit()


def test_nothing_is_sent_for_a_position_that_is_gone(holder: Callable[..., Holder]) -> None:
    one = holder()
    isolated, account = one.ledger.isolated, np.array([one.account])
    level = one.warned_at()
    one.look(0.999 * level)
    one.env.run(until=50.0)
    held = isolated.quantity[account].copy()
    one.ledger.seize(account, np.array([0]), held, np.array([level]), np.array([level]))
    one.env.run(until=9000.0)
    assert one.received() == 0
    one.ledger.audit()


def test_a_holder_who_never_sends_is_not_watched(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    universe = make_universe(top_ups=TERMS | {"share": 0.0})
    ledger, env = make_ledger(universe), simpy.Environment()
    never = np.full(len(ledger.isolated.book), np.inf)
    TopUps(env, universe, ledger, (never, never)).watch(np.full((2, 4), 0.3))
    env.run(until=1e5)
    assert not ledger.topped_up.any()


def test_what_is_sent_is_no_gain(holder: Callable[..., Holder]) -> None:
    one, nobody = holder(), np.empty(0, dtype=np.int64)
    ids, flat = np.array([one.account]), np.ones((2, 4))
    before = one.ledger.winnings.since(ids, nobody, flat)
    one.look(0.999 * one.warned_at())
    one.env.run(until=100.1)
    after = one.ledger.winnings.since(ids, nobody, flat)
    assert one.received() > 0
    for old, new in zip(before, after, strict=True):
        assert new == pytest.approx(old, abs=1e-6)


def test_who_sends_is_drawn_with_delays_of_the_mean_asked_for(make_universe: Callable[..., Universe]) -> None:
    """30 % of 20,000 accounts, exponential with mean 600 s; the second delay has the same law."""
    universe = make_universe(population={"accounts": 20_000}, top_ups={"share": 0.3, "time": 600.0})
    draw, _ = draw_population(universe, 3)
    sends = np.isfinite(draw.first_top_up)
    assert np.array_equal(sends, np.isfinite(draw.second_top_up))
    assert sends.mean() == pytest.approx(0.3, abs=0.015)
    for delay in (draw.first_top_up[sends], draw.second_top_up[sends]):
        assert delay.mean() == pytest.approx(600, rel=0.05)
        assert (delay > 600).mean() == pytest.approx(np.exp(-1), abs=0.025)


def test_where_nobody_sends_anything_nobody_is_watched(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    universe = make_universe(top_ups=TERMS)
    ledger, env = make_ledger(universe), simpy.Environment()
    never = np.full(len(ledger.isolated.book), np.inf)
    TopUps(env, universe, ledger, (never, never)).watch(np.full((2, 4), 0.5))
    env.run(until=1e6)
    assert ledger.topped_up.sum() == 0
