"""What repairs of broken hedges cost, worked out by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.journal import Cause, Party
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe

PRICE = np.array([9.0, 9.0, 0.5, 9.0])
HALF = 0.5 * np.ones(4)


def desks_of(ledger: Ledger, count: int) -> Ints:
    """Basis desks of the right venue's third market."""
    return np.flatnonzero(ledger.isolated.is_basis & (ledger.isolated.book == 6))[:count]


def close(ledger: Ledger, account: Ints, market: int, quantity: Floats) -> None:
    """Journal a forced close of accounts of the left venue for others' losses, without the books."""
    ledger.journal.exchange(Cause.DELEVERAGING, Party.ENGINE, 0, market, account, quantity, 1.0)


def test_an_orphaned_desk_pays_the_fall_since_its_short_was_closed(universe: Universe, ledger: Ledger) -> None:
    orphans, desks = Orphans(universe), desks_of(ledger, 2)
    orphans.add(ledger.isolated, desks, np.array([1000.0, 200.0]), np.array([9.0, 9.0, 0.8, 9.0]))
    sold, _ = orphans.sales(ledger.isolated, 100.0)
    orphans.settle(ledger, sold, PRICE)
    # 60 % are for sale, of which 1 - e^(-100/300) are sold at 0.50 instead of 0.80
    quantity = 0.6 * np.array([1000, 200]) * -np.expm1(-1 / 3)
    assert ledger.repairs.traded[desks] == pytest.approx(0.5 * quantity)
    assert ledger.repairs.cost[desks] == pytest.approx(0.3 * quantity)
    assert np.count_nonzero(ledger.repairs.traded) == 2


def test_a_short_closed_twice_counts_at_the_average_of_what_is_left(universe: Universe, ledger: Ledger) -> None:
    orphans, desk = Orphans(universe), desks_of(ledger, 1)
    orphans.add(ledger.isolated, desk, np.array([1000.0]), np.ones(4))
    sold, _ = orphans.sales(ledger.isolated, 300 * np.log(2))
    orphans.settle(ledger, sold, HALF)
    # 300 sold at 0.50 instead of 1.00; 300 are left, and 150 more join them at 0.70: 450 at 0.90
    orphans.add(ledger.isolated, desk, np.array([250.0]), 0.7 * np.ones(4))
    sold, _ = orphans.sales(ledger.isolated, 1e9)
    orphans.settle(ledger, sold, 1.2 * np.ones(4))
    assert ledger.repairs.traded[desk] == pytest.approx(300 * 0.5 + 450 * 1.2)
    assert ledger.repairs.cost[desk] == pytest.approx(300 * 0.5 - 450 * 0.3), "the second sale gained"


def test_a_desk_that_sells_nothing_repairs_nothing(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    universe = make_universe(desks={"orphan_sold": 0.0})
    ledger, orphans = make_ledger(universe), Orphans(universe)
    desk = desks_of(ledger, 1)
    orphans.add(ledger.isolated, desk, np.array([1000.0]), np.ones(4))
    sold, _ = orphans.sales(ledger.isolated, 100.0)
    orphans.settle(ledger, sold, HALF)
    assert (ledger.repairs.traded[desk[0]], ledger.repairs.cost[desk[0]]) == (0, 0)


def test_a_forced_close_of_a_desk_is_held_against_the_index_of_its_moment(standing: Callable[..., Run]) -> None:
    run = standing()
    ledger, desk = run.ledger, desks_of(run.ledger, 1)
    run.prices.index = np.array([1.0, 1.0, 0.9, 1.0])
    close(ledger, desk, 2, np.array([500.0]))
    run._react()
    sold, _ = run.orphans.sales(ledger.isolated, 1e9)
    run.orphans.settle(ledger, sold, HALF)
    assert ledger.repairs.cost[desk] == pytest.approx(0.6 * 500 * 0.4)


@pytest.mark.parametrize(("lost", "side"), [("short", -1.0), ("long", 1.0)])
def test_a_pair_is_held_against_the_marks_at_which_it_was_hurt_first(
    standing: Callable[..., Run], move_prices: Callable[[Run, float], None], lost: str, side: float
) -> None:
    """Hurt at 1.0 and again at 0.95, it cuts its other leg at 0.90: a sale costs 0.10, a purchase earns as much."""
    run = standing()
    ledger, cross = run.ledger, run.ledger.cross
    leg = cross.long_market[0] if lost == "short" else cross.short_market[0]
    gone = cross.short_market[0] if lost == "short" else cross.long_market[0]
    account, held = np.array([len(ledger.isolated.book)]), abs(cross.quantity[0, leg])
    for level in (1.0, 0.95):
        move_prices(run, level)
        half = np.array([-0.5 * cross.quantity[0, gone]])
        ledger.journal.tick.clear()
        close(ledger, account, int(gone), half)
        run._react()
    cross.quantity[0, gone] = 0.0
    move_prices(run, 0.9)
    trading = np.ones((2, 4))
    row, market, quantity = run.pairs.orders(cross, run.prices.mark, 60.0, trading, run.strategies.hurt(1))
    orders = Orders(None, row[:0], np.empty(0), None, (row, market), quantity, np.zeros((2, 4)))
    run.pairs.settle(ledger, orders, run.prices.mid)
    traded = held * -np.expm1(-60 / 300)
    assert quantity == pytest.approx([side * traded])
    assert ledger.repairs.traded[account] == pytest.approx(0.9 * traded)
    assert ledger.repairs.cost[account] == pytest.approx(-side * 0.1 * traded)


def test_a_vault_that_sells_repairs_no_hedge(standing: Callable[..., Run]) -> None:
    run = standing()
    row = run.ledger.cross.vaults(0)[:1]
    orders = Orders(None, row[:0], np.empty(0), None, (row, np.array([0])), np.array([-5.0]), np.zeros((2, 4)))
    run.pairs.settle(run.ledger, orders, np.ones((2, 4)))
    assert not run.ledger.repairs.traded.any()
