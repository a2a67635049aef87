"""Leverage drained from the top, by hand and against the optimum that the rule is derived from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from lastresort.mechanisms.allocation.leverage_draining import LeverageDraining
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.testing import candidates, loss_event


def test_the_most_levered_come_down_to_one_leverage() -> None:
    """Shorts of 100, 100 and 60 with 10, 20 and 30 USD at 10, 5 and 2 times; a long is left alone.

    50 contracts: the first comes from 10 down to 5, which is the second's leverage. 80: 30 more come 1 : 2 from both,
    (100 - 60) / 10 = (100 - 20) / 20 = 4.
    """
    holders = candidates([-100, -100, -60, 500], equity=[10, 20, 30, 1000])
    for contracts, close in [(50, [50, 0, 0, 0]), (80, [60, 20, 0, 0])]:
        assert LeverageDraining().allocate(loss_event(holders, contracts)).close == pytest.approx(close)


def test_an_account_without_equity_is_not_asked_even_where_closing_gains_it_money() -> None:
    """Bankruptcy price 0.9 at mark 1: shorts gain 0.1 a contract, but -5 and 0 of equity are no leverage."""
    holders = candidates([-100, -100, -100], equity=[-5, 0, 50])
    answer = LeverageDraining().allocate(loss_event(holders, 150, bankruptcy_price=0.9))
    assert answer.close == pytest.approx([0, 0, 100])


def test_what_a_close_costs_counts_in_the_leverage_that_it_leaves() -> None:
    """At 0.1 a contract, 40 contracts: the first, 5 times levered, ends at 60 of notional on 16, as 3.75 = 15 / 4.

    The second stands at 3.75 from the beginning, with 30 on 8.
    """
    holders = candidates([-100, -30], equity=[20, 8])
    assert LeverageDraining().allocate(loss_event(holders, 40, bankruptcy_price=1.1)).close == pytest.approx([40, 0])
    more = LeverageDraining().allocate(loss_event(holders, 60, bankruptcy_price=1.1)).close
    left = (np.array([100, 30]) - more) / (np.array([20, 8]) - 0.1 * more)
    assert more.sum() == pytest.approx(60)
    assert left[0] == pytest.approx(left[1])


def test_who_cannot_pay_for_a_whole_close_comes_first_with_what_it_can_pay_for() -> None:
    """At 0.5 a contract the first, 10 times levered, can pay for 20 of its 100; 40 come from the third."""
    holders = candidates([-100, -100, -60], equity=[10, 500, 50])
    answer = LeverageDraining().allocate(loss_event(holders, 60, bankruptcy_price=1.5))
    assert answer.close == pytest.approx([20, 0, 40])


def test_closing_in_two_parts_ends_where_closing_at_once_does() -> None:
    """The paper's path independence, at a price that costs 0.1 a contract."""
    size, equity = np.array([100.0, 100.0, 60.0]), np.array([20.0, 30.0, 40.0])

    def close(size: Floats, equity: Floats, contracts: float) -> Floats:
        event = loss_event(candidates(-size, equity=equity), contracts, bankruptcy_price=1.1)
        return LeverageDraining().allocate(event).close

    first = close(size, equity, 50)
    second = close(size - first, equity - 0.1 * first, 70)
    assert first + second == pytest.approx(close(size, equity, 120))


def test_other_positions_of_an_account_count_towards_its_leverage() -> None:
    """50 short here and 150 of notional elsewhere on 20 USD are 10 times; 40 contracts bring it to 8."""
    holders = candidates([-50, -100], equity=[20, 20], leverage=[10, 5])
    assert LeverageDraining().allocate(loss_event(holders, 40)).close == pytest.approx([40, 0])


@settings(max_examples=15, deadline=None)
@given(
    holders=st.lists(st.tuples(st.floats(10, 100), st.floats(6, 20)), min_size=2, max_size=4),
    part=st.floats(0.1, 0.9),
    cost=st.floats(0.0, 0.05),
)
def test_no_other_way_has_a_smaller_expected_loss(holders: list[tuple[float, float]], part: float, cost: float) -> None:
    """Minimise the sum of E(r N - e)+ over returns r with the density exp(-r), which is N exp(-e / N)."""
    size, equity = (np.array(column) for column in zip(*holders, strict=True))
    total = part * float(size.sum())

    def loss(close: Floats) -> float:
        left = np.maximum(size - close, 1e-9)
        return float((left * np.exp(-(equity - cost * close) / left)).sum())

    best = minimize(
        loss,
        part * size,
        method="SLSQP",
        bounds=[(0.0, float(top)) for top in size],
        constraints=LinearConstraint(np.ones((1, len(size))), total, total),
        tol=1e-12,
    )
    event = loss_event(candidates(-size, equity=equity), total, bankruptcy_price=1 + cost)
    drained = LeverageDraining().allocate(event).close
    assert loss(drained) <= best.fun * (1 + 1e-6)
