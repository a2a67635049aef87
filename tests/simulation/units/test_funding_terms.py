"""Funding rates, caps and intervals that rules may change venue by venue, and the settlement cycle."""

from collections.abc import Callable

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Floats, Prices, PriceView
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.funding import Funding
from lastresort.simulation.market.prices import Prices as Feeds
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe

World = tuple[simpy.Environment, Funding, list[tuple[float, Floats]]]


@pytest.fixture
def world(universe: Universe, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> World:
    """Funding every eight hours at most 0.75 %, and the payments it makes: time and rates."""
    env, paid = simpy.Environment(), []
    funding = Funding(env, universe, ledger, Feeds(universe))
    monkeypatch.setattr(ledger, "pay_funding", lambda rate, mark: paid.append((env.now, rate.copy())))
    return env, funding, paid


def test_the_average_premium_since_the_last_payment_is_paid(world: World) -> None:
    env, funding, paid = world
    funding.note(np.full((2, 4), 0.002), 100.0)
    funding.note(np.full((2, 4), 0.005), 200.0)
    assert funding.rate == pytest.approx(np.full((2, 4), 0.004))
    env.run(until=28800.5)
    (only,) = paid
    assert only[0] == 28800
    assert only[1] == pytest.approx(np.full((2, 4), 0.004))
    assert not funding.rate.any(), "and then it starts anew"


@pytest.mark.parametrize(("premium", "rate"), [(0.02, 0.0075), (-0.02, -0.0075), (0.001, 0.001)])
def test_the_rate_is_capped_both_ways(world: World, premium: float, rate: float) -> None:
    _, funding, _ = world
    funding.note(np.full((2, 4), premium), 1.0)
    assert funding.rate == pytest.approx(np.full((2, 4), rate))


def test_venues_may_pay_at_their_own_intervals_and_caps(world: World) -> None:
    """Left pays hourly and at most 0.1 %, right every eight hours and at most 0.75 %; the premium is 0.3 %."""
    env, funding, paid = world
    funding.interval[0], funding.cap[0] = 3600.0, 0.001
    for hour in range(8):
        funding.note(np.full((2, 4), 0.003), 3600.0)
        assert funding.due_in(env.now)[:, 0] == pytest.approx([3600, 28800 - 3600 * hour], abs=1)
        env.run(until=3600.0 * (hour + 1) + 0.5)
    left = [rates[0, 0] for _, rates in paid]
    right = [rates[1, 0] for _, rates in paid if rates[1, 0]]
    assert [time for time, _ in paid] == [3600.0 * (k + 1) for k in range(8)]
    assert left == pytest.approx([0.001] * 8)
    assert right == pytest.approx([0.003])


def test_a_longer_interval_chosen_now_delays_the_next_payment(world: World) -> None:
    env, funding, paid = world
    funding.note(np.full((2, 4), 0.001), 1.0)
    funding.interval[:, 2] = 36000.0
    env.run(until=36001.0)
    times: dict[int, list[float]] = {2: [], 0: []}
    for time, rates in paid:
        for market, seen in times.items():
            if rates[0, market]:
                seen.append(time)
    assert times == {2: [36000.0], 0: [28800.0]}


def test_a_rule_sees_the_rate_and_sets_cap_and_interval_of_its_venue(standing: Callable[..., Run]) -> None:
    seen: list[PriceView] = []

    def answer(view: PriceView) -> Prices:
        seen.append(view)
        return Prices(
            view.mark, view.mark, view.mark, funding_cap=np.array([0.1, 0.2, 0.3, 0.4]), funding_interval=60.0
        )

    run = standing({"set_prices": answer})
    run.rules._answering["set_prices"].pop()
    run.funding.note(np.full((2, 4), 0.05), 10.0)
    run.rules.set_prices(0.0)
    assert run.funding.cap.tolist() == [[0.1, 0.2, 0.3, 0.4], [0.0075] * 4]
    assert run.funding.interval.tolist() == [[60.0] * 4, [28800.0] * 4]
    run.rules.set_prices(1.0)
    assert [view.funding_rate.tolist() for view in seen] == [[0.0075] * 4, [0.05] * 4]
    assert [view.funding_due.tolist() for view in seen] == [[28800.0] * 4, [59.0] * 4]


def test_a_settlement_cycle_begins_at_settlement_prices(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    universe = make_universe(books={"funding_interval": 600})
    ledger, env, prices = make_ledger(universe), simpy.Environment(), Feeds(universe)
    Funding(env, universe, ledger, prices)
    prices.settlement = np.full((2, 4), 0.8)
    ids, rows = ledger.isolated.everyone(), np.arange(len(ledger.cross))
    held = np.concatenate([ledger.isolated.quantity, ledger.cross.quantity.sum(axis=1)])
    env.run(until=599.0)
    assert ledger.winnings.last_mark.tolist() == [[1.0] * 4] * 2
    env.run(until=601.0)
    assert ledger.winnings.last_mark.tolist() == [[0.8] * 4] * 2
    gain, variation = ledger.winnings.since(ids, rows, np.full((2, 4), 0.85))
    assert gain == pytest.approx(-0.15 * held, abs=1e-3)
    assert variation == pytest.approx(0.05 * held, abs=1e-3)
