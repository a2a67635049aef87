"""Liquidation orders in the accounts' own names: limits, fees, holes, and who stands on the other side."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Floats, Liquidation
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.population import RETAIL, SHORT
from lastresort.simulation.matching.immediate import fill_by_limit
from lastresort.simulation.run import Run

OPEN = np.zeros((2, 4)), np.full((2, 4), np.inf)
EVERYWHERE = np.ones((2, 4), dtype=bool)
SIZES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=9)
ONE_BOOK = np.zeros(8, dtype=np.int64)


def fill_unit_by_unit(size: Floats, reach: Floats) -> Floats:
    """Contract by contract: the next goes to the widest limit that still allows it, the first of equals."""
    filled, traded = np.zeros(len(size)), 0
    while True:
        willing = (filled < size) & (reach >= traded + 1)
        if not willing.any():
            return filled
        filled[int(np.argmax(np.where(willing, reach, -np.inf)))] += 1
        traded += 1


@given(SIZES)
def test_two_ways_to_fill_agree(orders: list[tuple[int, int, int]]) -> None:
    size, reach, market = np.array(orders, dtype=np.float64).T
    filled = fill_by_limit(size, reach, market.astype(np.int64), 2)
    for book in np.unique(market):
        mine = market == book
        np.testing.assert_allclose(filled[mine], fill_unit_by_unit(size[mine], reach[mine]))


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=8))
def test_the_last_contract_is_within_everybody_s_limit(orders: list[tuple[float, float]]) -> None:
    size, reach = np.array(orders).T
    filled = fill_by_limit(size, reach, ONE_BOOK[: len(size)], 2)
    assert (filled >= 0).all()
    assert (filled <= size).all()
    trading = filled > 0
    assert filled.sum() <= reach[trading].min(initial=np.inf) + 1e-6
    # nobody who is left with something could have traded more: the book has gone as far as its limit
    starved = filled < size - 1e-6
    assert (filled.sum() >= reach[starved] - 1e-6).all()


def test_the_widest_limit_trades_first() -> None:
    assert fill_by_limit(np.full(3, 10.0), np.array([12.0, 25.0, 0.0]), ONE_BOOK[:3], 2).tolist() == [2.0, 10.0, 0.0]


# -- by hand, in a book of constant depth -------------------------------------------------------------------------


@pytest.fixture
def ordering(standing: Callable[..., Run]) -> Callable[..., tuple[Run, int]]:
    """One account of the left venue's first market and a book which its whole position moves by a log price of 0.1.

    Rules answer with an order for the whole position on the given terms.
    """

    def build(cohort: int, **terms: Any) -> tuple[Run, int]:
        run = standing({"liquidate": lambda view: Liquidation(0 * view.mark, 0.0, **{"order": 1.0} | terms)})
        isolated = run.ledger.isolated
        account = int(np.flatnonzero((isolated.cohort == cohort) & (isolated.book == 0))[0])
        run.quotes.bid[:] = run.quotes.ask[:] = abs(isolated.quantity[account]) / 0.1
        run.quotes.down[:] = run.quotes.up[:] = 0.0
        return run, account

    return build


def liquidate(run: Run, account: int, band: tuple[Floats, Floats] = OPEN) -> None:
    run.desk.liquidate(0.0, np.array([account]), np.empty(0, dtype=np.int64), *band, EVERYWHERE)
    run.ledger.audit()


@pytest.mark.parametrize(("cohort", "sign"), [(RETAIL, -1.0), (SHORT, 1.0)])
def test_an_order_trades_up_to_its_limit_and_the_rest_is_cancelled(
    ordering: Callable[..., tuple[Run, int]], cohort: int, sign: float
) -> None:
    """Half of the position moves the price by 5 %: a limit there fills half, at the average along the way."""
    run, account = ordering(cohort, limit=float(np.exp(sign * 0.05)), order_fee=0.01)
    isolated = run.ledger.isolated
    q, cash, fund = float(isolated.quantity[account]), float(isolated.cash[account]), run.ledger.pockets.fund.copy()
    liquidate(run, account)
    average = (np.exp(sign * 0.05) - 1) / (sign * 0.05)
    fee = 0.01 * average * abs(q) / 2
    assert isolated.quantity[account] == pytest.approx(q / 2)
    assert isolated.cash[account] == pytest.approx(cash + q / 2 * average - fee)
    assert isolated.wallet[account] == 0
    assert run.prices.mid[0, 0] == pytest.approx(np.exp(sign * 0.05))
    assert run.ledger.pockets.fund - fund == pytest.approx(np.array([[fee, 0, 0], [0, 0, 0]]), abs=1e-6)
    (forced,) = run.journal.tick
    assert (forced.cause, forced.stages, forced.shared) == (Cause.LIQUIDATION_ORDER, ["stage-1"], False)
    assert forced.quantity == pytest.approx([-q / 2])
    assert run.ledger.burden.liquidated[account] == pytest.approx(abs(q) / 2 * average)
    assert not run.ledger.engine_quantity.any()
    assert run.desk.waiting, "half of it is still there"


@pytest.mark.parametrize(
    ("limit", "edge", "log_price"),
    [
        (np.nan, 0.0, -0.1),
        (-0.3, 0.0, -0.1),
        (np.nan, np.exp(-0.02), -0.02),
        (np.exp(-0.03), np.exp(-0.02), -0.02),
        (1.1, 0.0, 0.0),
    ],
    ids=["any price", "a limit below zero", "the band", "the nearer of the two", "a limit above the market"],
)
def test_orders_stop_at_the_band_too(
    ordering: Callable[..., tuple[Run, int]], limit: float, edge: float, log_price: float
) -> None:
    run, account = ordering(RETAIL, limit=limit)
    q = float(run.ledger.isolated.quantity[account])
    liquidate(run, account, (np.full((2, 4), edge), OPEN[1]))
    assert np.log(run.prices.mid[0, 0]) == pytest.approx(log_price)
    assert run.ledger.isolated.quantity[account] == pytest.approx(q * (1 + log_price / 0.1), abs=1e-6 * q)


def test_nobody_s_order_trades_in_a_closed_market(ordering: Callable[..., tuple[Run, int]]) -> None:
    run, account = ordering(RETAIL)
    q = float(run.ledger.isolated.quantity[account])
    liquidate(run, account, (np.full((2, 4), np.inf), np.zeros((2, 4))))
    assert run.ledger.isolated.quantity[account] == q
    assert run.prices.mid[0, 0] == 1
    assert run.desk.waiting


def test_the_fee_takes_no_more_than_is_left_after_the_trade(ordering: Callable[..., tuple[Run, int]]) -> None:
    """The position trades at (1 - e^-0.1) / 0.1 = 0.952; nine tenths of that would be more than is left."""
    run, account = ordering(RETAIL, order_fee=0.9)
    isolated, average = run.ledger.isolated, (1 - np.exp(-0.1)) / 0.1
    q, cash, fund = float(isolated.quantity[account]), float(isolated.cash[account]), run.ledger.pockets.fund[0, 0]
    left = cash + q * average
    assert 0 < left < 0.9 * q * average
    liquidate(run, account)
    assert run.ledger.pockets.fund[0, 0] - fund == pytest.approx(left)
    assert [isolated.quantity[account], isolated.wallet[account]] == pytest.approx([0, 0], abs=1e-6 * q)
    assert not run.ledger.burden.left_hole.any()


def test_a_fill_below_the_bankruptcy_price_pays_no_fee_and_leaves_a_hole(
    ordering: Callable[..., tuple[Run, int]],
) -> None:
    run, account = ordering(RETAIL, order_fee=0.5)
    isolated = run.ledger.isolated
    q, cash = float(isolated.quantity[account]), float(isolated.cash[account])
    run.quotes.bid[:] = q / 3.0
    average = (1 - np.exp(-3.0)) / 3.0
    hole, fund = -(cash + q * average), run.ledger.pockets.fund.copy()
    assert hole > 0
    liquidate(run, account)
    assert np.array_equal(run.ledger.pockets.fund, fund)
    assert run.ledger.burden.left_hole[account] == pytest.approx(hole)
    assert run.ledger.engine_cash[0, 0] == pytest.approx(-hole)
    assert isolated.wallet[account] == pytest.approx(0, abs=1e-6 * q)


def test_orders_of_several_accounts_share_one_price(standing: Callable[..., Run]) -> None:
    """The wide limit trades whole, the narrow one what is left above its limit, both at the same price."""
    limits = np.array([np.exp(-0.03), np.exp(-0.08)])
    run = standing({"liquidate": lambda view: Liquidation(0 * view.mark, 0.0, order=1.0, limit=limits)})
    isolated = run.ledger.isolated
    both = np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == 0))[:2]
    q, cash = isolated.quantity[both].copy(), isolated.cash[both].copy()
    depth = q[1] / 0.02
    run.quotes.bid[:] = depth
    run.quotes.down[:] = run.quotes.up[:] = 0.0
    narrow = min(q[0], 0.01 * depth)
    run.desk.liquidate(0.0, both, np.empty(0, dtype=np.int64), *OPEN, EVERYWHERE)
    fall = (q[1] + narrow) / depth
    average = (1 - np.exp(-fall)) / fall
    assert isolated.quantity[both] == pytest.approx([q[0] - narrow, 0], abs=1e-6 * q.max())
    assert isolated.wallet[both[1]] == pytest.approx(cash[1] + q[1] * average)
    assert (isolated.cash[both[0]] + isolated.wallet[both[0]] - cash[0]) / narrow == pytest.approx(average)
    run.ledger.audit()
