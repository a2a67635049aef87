"""Exposure to one factor drained in all markets together: by hand, and against a numerical optimiser."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from lastresort.mechanisms.allocation.factor_draining import FactorDraining
from lastresort.mechanisms.allocation.leverage_draining import LeverageDraining
from lastresort.mechanisms.contract import Floats, JointLoss, LossEvent
from lastresort.plugins.testing import candidates, loss_event


def event(
    market: int,
    contracts: float,
    account: Sequence[int],
    quantity: Any,
    delta: Any,
    equity: Any,
    **fields: Any,
) -> LossEvent:
    """Contracts to place among accounts on cross margin, with net deltas and equities over all markets."""
    who = np.asarray(account, dtype=np.int64)
    columns: dict[str, Any] = {
        "net_delta": np.asarray(delta, dtype=np.float64)[who],
        "equity": np.asarray(equity, dtype=np.float64)[who],
    }
    holders = candidates(quantity, account=who, isolated=np.zeros(len(who), dtype=np.bool_), **columns)
    return loss_event(holders, contracts, market=market, **fields)


def closed(*events: LossEvent) -> list[Floats]:
    view = JointLoss(0.0, events, np.zeros(len(events), dtype=np.int64), np.array([1e9]))
    answers = FactorDraining().allocate_jointly(view).allocations
    assert all(one is not None for one in answers)
    return [one.close for one in answers if one is not None]


def test_in_one_market_net_exposure_stands_for_notional() -> None:
    """Three shorts of 100 with 10, 20 and 20 USD; the first is flat over all its legs. 60 come from the others alike.

    Leverage draining, which counts notional, would ask the first before all others.
    """
    one = event(0, 60, [0, 1, 2], [-100] * 3, [0, -100, -100], [10, 20, 20])
    assert closed(one)[0] == pytest.approx([0, 30, 30])
    assert LeverageDraining().allocate(one).close[0] > 30


def test_what_offsets_an_exposure_is_closed_last() -> None:
    """Equities 10 and 10, exposures -50 and 30: 50 make the first flat, 30 more take it to 3 times long, then both."""
    holders = ([0, 1], [-100, -100], [-50, 30], [10, 10])
    assert closed(event(0, 80, *holders))[0] == pytest.approx([80, 0])
    assert closed(event(0, 100, *holders))[0] == pytest.approx([90, 10])


def test_markets_with_some_accounts_in_common_are_drained_together() -> None:
    """A holds both markets, B the first, C the second; each is 100 short on 10. 50 of each: all come down to 66.7.

    One market after the other would leave B at 75.
    """
    delta, equity = [-100] * 3, [10] * 3
    first, second = event(0, 50, [0, 1], [-100, -100], delta, equity), event(1, 50, [0, 2], [-100, -100], delta, equity)
    one, other = closed(first, second)
    assert one == pytest.approx([50 / 3, 100 / 3], rel=1e-6)
    assert other == pytest.approx([50 / 3, 100 / 3], rel=1e-6)


def test_beta_and_price_make_contracts_of_exposure() -> None:
    """At beta 2 and mark 5 a contract is 10 USD of exposure: of 100 and 60 on 10 each, 4 and then 1 and 1 contracts."""
    one = event(0, 6, [0, 1], [-100, -100], [-100, -60], [10, 10], beta=2.0, mark=5.0, bankruptcy_price=5.0)
    assert closed(one)[0] == pytest.approx([5, 1])


def test_engines_on_both_sides_are_told_apart() -> None:
    """Long 50 in one market and short 50 in the other: the short-exposed close shorts, the long-exposed longs."""
    delta, equity = [-100, 100], [10, 10]
    short, long = event(0, 50, [0, 1], [-80, -80], delta, equity), event(1, -50, [0, 1], [80, 80], delta, equity)
    assert [list(close) for close in closed(short, long)] == [pytest.approx([50, 0]), pytest.approx([0, 50])]


def test_no_account_pays_in_all_markets_more_than_it_has() -> None:
    """Each contract costs 0.5 in both markets; 10 USD pay for 20 contracts in all, and B takes what is over."""
    delta, equity = [-200, -100, -100], [10, 1000, 1000]
    fields = {"bankruptcy_price": 1.5}
    one, other = closed(
        event(0, 60, [0, 1], [-100, -100], delta, equity, **fields),
        event(1, 60, [0, 2], [-100, -100], delta, equity, **fields),
    )
    assert one[0] + other[0] == pytest.approx(20)
    assert one.sum() == pytest.approx(60)
    assert other.sum() == pytest.approx(60)


def test_nobody_without_equity_is_asked() -> None:
    one = event(0, 50, [0, 1, 2], [-100] * 3, [-100] * 3, [0, -5, 100], bankruptcy_price=0.9)
    assert closed(one)[0] == pytest.approx([0, 0, 50])


@settings(max_examples=15, deadline=None)
@given(
    held=st.lists(
        st.tuples(st.floats(1, 50), st.floats(1, 50), st.floats(-30, 60), st.floats(5, 20)), min_size=2, max_size=4
    ),
    parts=st.tuples(st.floats(0.1, 0.9), st.floats(0.1, 0.9)),
    betas=st.tuples(st.floats(0.5, 2), st.floats(0.5, 2)),
)
def test_no_other_way_has_smaller_squares(
    held: list[tuple[float, float, float, float]], parts: tuple[float, float], betas: tuple[float, float]
) -> None:
    """Minimise the sum of exposure^2 / equity over what two markets close, at the mark, each its own total."""
    first, second, short, equity = (np.array(column) for column in zip(*held, strict=True))
    delta, n = -short, len(held)
    totals = parts[0] * first.sum(), parts[1] * second.sum()

    def squares(close: Floats) -> float:
        left = delta + betas[0] * close[:n] + betas[1] * close[n:]
        return float((left**2 / equity).sum())

    start = np.concatenate((parts[0] * first, parts[1] * second))
    each = np.kron(np.eye(2), np.ones(n))
    bounds = [(0.0, float(top)) for top in (*first, *second)]
    best = minimize(squares, start, method="SLSQP", bounds=bounds, constraints=LinearConstraint(each, totals, totals))
    drained = closed(
        event(0, totals[0], range(n), -first, delta, equity, beta=betas[0]),
        event(1, totals[1], range(n), -second, delta, equity, beta=betas[1]),
    )
    assert [close.sum() for close in drained] == pytest.approx(totals)
    assert squares(np.concatenate(drained)) <= best.fun * (1 + 1e-5) + 1e-6
