"""Cool-downs between clips: who is not asked about, what goes on meanwhile, and when they end."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import BreachView, Ints, Liquidation
from lastresort.simulation.accounts.population import RETAIL
from lastresort.simulation.run import Run

LOW, HIGH = np.zeros((2, 4)), np.full((2, 4), np.inf)
EVERYWHERE = np.ones((2, 4), dtype=bool)
NOBODY = np.empty(0, dtype=np.int64)


@pytest.fixture
def pausing(standing: Callable[..., Run]) -> tuple[Run, list[BreachView]]:
    """An exchange whose rules send orders that cannot fill and wait for 10 s, and the views they were shown."""
    views: list[BreachView] = []

    def answer(view: BreachView) -> Liquidation:
        views.append(view)
        return Liquidation(0 * view.mark, 0.0, order=1.0, limit=50.0, pause=10.0)

    return standing({"liquidate": answer}), views


def longs(run: Run, count: int) -> Ints:
    isolated = run.ledger.isolated
    return np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == 0))[:count]


def breach(run: Run, now: float, ids: Ints) -> None:
    """A tick in which these accounts are below maintenance."""
    if now > run.env.now:
        run.env.run(until=now)
    run.desk.liquidate(now, ids, NOBODY, LOW, HIGH, EVERYWHERE)


def test_an_account_in_a_pause_is_not_asked_about_and_its_breach_goes_on(
    pausing: tuple[Run, list[BreachView]],
) -> None:
    run, views = pausing
    one, two = longs(run, 2)
    breach(run, 1.0, np.array([one]))
    for now in (4.0, 8.0):
        breach(run, now, np.array([one, two]))
    breach(run, 10.9, NOBODY)
    breach(run, 11.5, np.array([one]))
    seen = [(view.account.tolist(), view.since.tolist(), view.orders.tolist()) for view in views]
    assert seen == [([one], [0.0], [0]), ([two], [0.0], [0]), ([one], [10.5], [1])]


def test_a_pause_of_one_does_not_prolong_the_breach_of_another(
    pausing: tuple[Run, list[BreachView]],
) -> None:
    run, views = pausing
    one, two = longs(run, 2)
    breach(run, 1.0, np.array([one]))
    breach(run, 30.0, np.array([two]))
    breach(run, 50.0, np.array([one]))
    assert [view.since.tolist() for view in views] == [[0.0]] * 3
    assert [view.orders.tolist() for view in views] == [[0]] * 3


def test_a_pause_ends_at_its_own_time_and_the_account_is_found_again(
    pausing: tuple[Run, list[BreachView]],
) -> None:
    run, _ = pausing
    isolated = run.ledger.isolated
    mine = np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == 0))
    (one,) = mine[[np.argmin(isolated.start_margin[mine] / isolated.quantity[mine])]]
    run.prices.mark = run.prices.mark.copy()
    run.prices.mark[0, 0] = -isolated.cash[one] / (isolated.quantity[one] * (1 - isolated.rate[one])) * (1 - 1e-6)
    assert one in run.desk.find(EVERYWHERE)[0].breached
    breach(run, 0.0, np.array([one]))
    assert run.desk.cool_downs.next_end == 10.0
    assert run.desk.cool_downs.resting()[one]
    run.env.run(until=9.9)
    assert one not in run.desk.find(EVERYWHERE)[0].breached
    run.env.run(until=10.1)
    assert not run.desk.cool_downs.resting().any()
    assert run.desk.cool_downs.next_end == np.inf
    assert one in run.desk.find(EVERYWHERE)[0].breached


def test_without_a_pause_an_account_is_asked_about_in_the_next_tick(standing: Callable[..., Run]) -> None:
    asked: list[float] = []

    def answer(view: BreachView) -> Liquidation:
        asked.append(view.time)
        return Liquidation(0 * view.mark, 0.0, order=1.0, limit=50.0)

    run = standing({"liquidate": answer})
    ids = longs(run, 1)
    for now in (1.0, 2.0, 3.0):
        breach(run, now, ids)
    assert asked == [1.0, 2.0, 3.0]
    assert run.desk.waiting
