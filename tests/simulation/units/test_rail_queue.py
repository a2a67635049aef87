"""The collateral rails as a queue: waiting times against Erlang's C formula, and transfers by hand."""

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, VALUE
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.rails import Rails
from lastresort.simulation.universe import Universe

NEVER = 1e12
World = tuple[simpy.Environment, Rails, Ledger]


@pytest.fixture
def build(make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]) -> Callable[..., World]:
    """Rails with the given settings and admission, over a fresh ledger at opening prices."""

    def make(
        admitted: Callable[[int, int, float, float], tuple[float, float]] = lambda venue, account, amount, now: (
            1.0,
            0.0,
        ),
        venues: Any = None,
        **settings: Any,
    ) -> World:
        universe = make_universe(rails=settings, **({} if venues is None else {"venues": venues}))
        ledger, env = make_ledger(universe), simpy.Environment()
        return env, Rails(env, universe, 20, ledger, Prices(universe), Quotes(universe), admitted), ledger

    return make


def erlang_c_wait(servers: int, gap: float, service: float) -> float:
    """Mean wait in an M/M/c queue (Erlang 1917; e.g. Gross et al., Fundamentals of Queueing Theory, 2.3)."""
    load = service / gap
    last = load**servers / factorial(servers) * servers / (servers - load)
    waiting = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    return waiting * service / (servers - load)


def mean_and_error(waits: Floats, batches: int = 25) -> tuple[float, float]:
    """Mean and its standard error from batch means, which allow for correlated waits."""
    means = np.array([batch.mean() for batch in np.array_split(waits, batches)])
    return float(waits.mean()), float(means.std(ddof=1) / np.sqrt(batches))


def test_erlang_c_by_hand() -> None:
    assert erlang_c_wait(1, 2.0, 1.0) == pytest.approx(1.0)
    assert erlang_c_wait(2, 1.0, 1.0) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("servers", "gap", "service"), [(1, 100.0, 60.0), (4, 200.0, 600.0), (3, 50.0, 75.0)])
def test_rivals_alone_wait_as_erlang_c_says(
    build: Callable[..., World], servers: int, gap: float, service: float
) -> None:
    # always in stress, so that the cap on calm gaps never binds and arrivals are Poisson
    settings = {"rivals_stress": gap, "rivals_calm": NEVER, "rivals_threshold": 0.5}
    env, rails, _ = build(servers=servers, service=service, check=NEVER, **settings)
    env.run(until=90_000 * gap)
    waits = np.array(rails.waits)[1000:]
    assert len(waits) > 88_000
    mean, error = mean_and_error(waits)
    wanted = erlang_c_wait(servers, gap, service)
    assert error < 0.06 * wanted
    assert abs(mean - wanted) < 3 * error


def test_rivals_hurry_in_a_crash(build: Callable[..., World]) -> None:
    served = []
    for threshold in (0.5, 1e9):
        env, rails, _ = build(servers=1000, check=NEVER, rivals_calm=240, rivals_stress=25, rivals_threshold=threshold)
        env.run(until=200_000)
        served.append(len(rails.waits))
    assert served[0] == pytest.approx(200_000 / 25, rel=0.04)
    # a gap is cut at four means, which makes the mean gap (1 - e^-4) of 240 s
    assert served[1] == pytest.approx(200_000 / (240 * (1 - np.exp(-4))), rel=0.1)


def needy(ledger: Ledger, lack: float) -> tuple[int, float]:
    """Drain the first arbitrageur's right account to `lack` below its need, at the value buyer's gain; row and need."""
    cross = ledger.cross
    first = cross.rows[ARBITRAGE].start
    right, mark = np.array([first + 1]), np.ones((2, 4))
    need = cross.notional(mark, right)[0] / 6
    drained = cross.equity(mark, right)[0] - (need - lack)
    cross.cash[first + 1] -= drained
    cross.cash[cross.rows[VALUE].start + 1] += drained
    return first, float(need)


def test_a_needy_account_is_sent_what_it_lacks(build: Callable[..., World]) -> None:
    env, rails, ledger = build(check=60, service=300, smallest=0.001, rivals_calm=NEVER, rivals_stress=NEVER)
    first, need = needy(ledger, lack=1000.0)
    cash = ledger.cross.cash[first : first + 2].copy()
    env.run(until=60.5)
    assert ledger.transit == pytest.approx(1000)
    assert ledger.cross.arrivals[first + 1] == pytest.approx(1000)
    assert ledger.cross.cash[first] - cash[0] == pytest.approx(-1000)
    env.run(until=20_000)
    assert ledger.transit == pytest.approx(0, abs=1e-6)
    assert ledger.cross.arrivals == pytest.approx(np.zeros(len(ledger.cross)), abs=1e-6)
    assert ledger.cross.cash[first + 1] - cash[1] == pytest.approx(1000)
    assert ledger.cross.equity(np.ones((2, 4)), np.array([first + 1]))[0] == pytest.approx(need)
    assert rails.waits[0] == 0


def test_a_refused_transfer_stays_where_it_is_and_is_asked_for_again(build: Callable[..., World]) -> None:
    asked: list[tuple[int, float]] = []

    def refuse(venue: int, account: int, amount: float, now: float) -> tuple[float, float]:
        asked.append((venue, amount))
        return 0.0, 0.0

    env, _, ledger = build(admitted=refuse, check=60, smallest=0.001, rivals_calm=NEVER, rivals_stress=NEVER)
    needy(ledger, lack=1000.0)
    env.run(until=181)
    assert [venue for venue, _ in asked] == [0, 0, 0]
    assert [amount for _, amount in asked] == pytest.approx([1000.0] * 3)
    assert ledger.transit == 0


def test_nobody_gives_more_than_half_of_what_it_can_spare(build: Callable[..., World]) -> None:
    env, _, ledger = build(check=60, rivals_calm=NEVER, rivals_stress=NEVER)
    first, _ = needy(ledger, lack=1e9)
    row = np.array([first])
    mark = np.ones((2, 4))
    spare = ledger.cross.equity(mark, row)[0] - ledger.cross.notional(mark, row)[0] / 6
    env.run(until=60.5)
    assert ledger.transit == pytest.approx(spare / 2)


def test_a_withdrawal_haircut_stays_with_the_venue_s_pools(build: Callable[..., World]) -> None:
    """Of 1000 USD asked half passes, and the venue keeps a tenth of that: 450 leave, 50 go to its three pools alike."""
    env, _, ledger = build(
        lambda venue, account, amount, now: (0.5, 0.1), check=60, smallest=0.001, rivals_calm=NEVER, rivals_stress=NEVER
    )
    first, _ = needy(ledger, lack=1000.0)
    cash, fund, n = ledger.cross.cash[first], ledger.pockets.fund.copy(), len(ledger.isolated.book)
    env.run(until=60.5)
    assert ledger.transit == pytest.approx(450)
    assert cash - ledger.cross.cash[first] == pytest.approx(500)
    assert ledger.pockets.fund - fund == pytest.approx(np.array([[50 / 3] * 3, [0.0] * 3]))
    assert ledger.pockets.fund_peak == pytest.approx(ledger.pockets.fund), "the most it ever held"
    assert ledger.burden.loss[n + first] == pytest.approx(50)
    assert not ledger.burden.leg_loss.any(), "a withdrawal has no market"
    gain, _ = ledger.winnings.since(np.empty(0, dtype=np.int64), np.array([first]), np.ones((2, 4)))
    # `needy` moved cash by hand, but not this account's: all it has lost is the haircut
    assert gain == pytest.approx([-50])


@pytest.mark.parametrize("haircut", [0.0, 0.1])
def test_a_venue_without_a_fund_may_send_and_keep_all_the_same(
    build: Callable[..., World], make_universe: Callable[..., Universe], haircut: float
) -> None:
    poor = [{**venue, "fund": 0.0} for venue in make_universe().scenario.model_dump()["venues"]]
    quiet = {"check": 60, "smallest": 0.001, "rivals_calm": NEVER, "rivals_stress": NEVER}
    env, _, ledger = build(lambda venue, account, amount, now: (1.0, haircut), venues=poor, **quiet)
    needy(ledger, lack=1000.0)
    env.run(until=60.5)
    assert ledger.transit == pytest.approx(1000 * (1 - haircut))
    assert ledger.pockets.fund.sum() == pytest.approx(1000 * haircut)
