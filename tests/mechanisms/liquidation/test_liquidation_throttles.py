"""Rules that slow liquidation down, and rules that bound how much is taken: dYdX, Synthetix, QFEX, Perp, Delta."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.building_blocks.memory import LastTimes
from lastresort.mechanisms.contract import BreachView, EventKind, EventView, Liquidation, MarginView
from lastresort.mechanisms.liquidation.block_throttle import BlockThrottle
from lastresort.mechanisms.liquidation.flow_limit import FlowLimit
from lastresort.mechanisms.liquidation.half_until_close import HalfUntilClose
from lastresort.mechanisms.liquidation.loss_tolerance import LossTolerance
from lastresort.mechanisms.liquidation.rate_window import RateWindow
from lastresort.mechanisms.liquidation.throttling import starts_within

Make = Callable[..., BreachView]
Events = Callable[..., EventView]
Margins = Callable[..., MarginView]

TAKEOVER, ORDER, CHARGE = int(EventKind.TAKEOVER), int(EventKind.LIQUIDATION_ORDER), int(EventKind.CHARGE)


def waiting(said: Liquidation | None) -> list[bool]:
    assert said is not None
    assert not said.seize.any()
    return [bool(wait) for wait in np.asarray(said.wait)]


def sending(said: Liquidation) -> list[bool]:
    return [bool(order > 0) for order in np.asarray(said.order)]


def test_fillable_price_by_hand(breaches: Make) -> None:
    # dYdX: through the mark by 1.5 x (1 - 2,000 / 5,000) x 5 % = 4.5 %, and by 7.5 % from bankruptcy on
    view = breaches([100e3, -100e3, 100e3], equity=[2e3, 2e3, -1e3], maintenance=[5e3] * 3)
    said = BlockThrottle().liquidate(view)
    assert said.limit == pytest.approx([0.955, 1.045, 0.925])


def test_size_per_block_is_a_tenth_between_a_thousand_and_a_hundred_thousand(breaches: Make) -> None:
    size = np.array([500, 5e3, 50e3, 500e3, 5e6])
    said = BlockThrottle().liquidate(breaches(size, equity=0.01 * size, maintenance=0.02 * size))
    assert said.order * size == pytest.approx([500, 1e3, 5e3, 50e3, 100e3])


def test_one_block_serves_fifty_accounts_the_riskiest_first(breaches: Make) -> None:
    n = 60
    view = breaches(np.full(n, 1e4), equity=np.arange(n), maintenance=np.full(n, 100.0))
    said = BlockThrottle().liquidate(view)
    assert sending(said) == [True] * 50 + [False] * 10
    assert np.asarray(said.wait).all()


def test_blocks_are_a_second_apart(breaches: Make) -> None:
    rule = BlockThrottle(block=2.0)
    sent = [
        sending(rule.liquidate(breaches([1e4], equity=[50], maintenance=[100], time=time)))
        for time in (0.0, 1.0, 2.0, 3.0, 4.0)
    ]
    assert sent == [[True], [False], [True], [False], [True]]


def test_an_accounts_legs_take_turns(breaches: Make) -> None:
    rule = BlockThrottle()
    sent = []
    for k in range(3):
        view = breaches(
            [1e4, -1e4],
            [50, 50],
            [100, 100],
            account=[3, 3],
            market=[0, 1],
            isolated=[False, False],
            orders=[k, k],
            time=float(k),
        )
        sent.append(sending(rule.liquidate(view)))
    assert sent == [[True, False], [False, True], [True, False]]


def test_bankrupt_accounts_are_seized_after_an_order_ten_a_block(breaches: Make) -> None:
    n = 12
    view = breaches(np.full(n, 1e4), equity=-np.arange(1.0, n + 1), maintenance=np.full(n, 100.0))
    rule = BlockThrottle()
    assert not rule.liquidate(view).seize.any()
    again = breaches(view.quantity, view.equity, view.maintenance, orders=np.ones(n), time=1.0)
    said = rule.liquidate(again)
    assert said.seize.tolist() == [0.0] * 2 + [1.0] * 10
    assert not (said.order * said.seize).any()


def test_block_fee_is_what_the_book_leaves_above_bankruptcy(breaches: Make) -> None:
    view = breaches([1e4] * 3, equity=[300] * 3, maintenance=[400] * 3, impact=[0.0, 0.02, 0.05])
    assert BlockThrottle().liquidate(view).order_fee == pytest.approx([0.015, 0.01, 0.0])


def test_rolling_window_counts_what_was_liquidated(breaches: Make, happenings: Events, margins: Margins) -> None:
    # capacity: 0.0007 x 30 s x 1,000,000 = 21,000 contracts
    rule = RateWindow()
    rule.require_margin(margins([9e5, 9e5], [1e6, 1e6], [1, 1]))
    rule.observe(happenings(0.0, [TAKEOVER, ORDER, CHARGE], [0, 0, 0], [15e3, -5e3, 9e9], [15e3, 5e3, 1.0]))
    rows = {"quantity": [-600, 600, 500, 600], "equity": [3, 1, 2, 5], "maintenance": [10] * 4, "market": [0, 0, 0, 1]}
    assert waiting(rule.liquidate(breaches(**rows, time=29.0))) == [True, False, False, False]
    assert waiting(rule.liquidate(breaches(**rows, time=30.0))) == [False] * 4


def test_a_position_larger_than_the_capacity_passes_when_its_turn_comes(breaches: Make, margins: Margins) -> None:
    rule = RateWindow()
    rule.require_margin(margins([1e6], [1e6], [1]))
    assert waiting(rule.liquidate(breaches([5e6, 10], equity=[1, 2], maintenance=[10, 10]))) == [False, True]


def test_moving_average_fades_with_its_time_constant(breaches: Make, happenings: Events, margins: Margins) -> None:
    # limit: 0.005 x 1,000,000 = 5,000 contracts; 5,000 e of flow need 60 s to fade to it
    rule = FlowLimit()
    rule.require_margin(margins([1e6], [1e6], [1]))
    rule.observe(happenings(0.0, [ORDER], [0], [5000 * np.e], [0.0]))
    row = {"quantity": [100], "equity": [8], "maintenance": [10]}
    assert waiting(rule.liquidate(breaches(**row, time=59.9))) == [True]
    assert waiting(rule.liquidate(breaches(**row, time=60.1))) == [False]


def test_outside_the_band_only_close_outs_pass(breaches: Make, margins: Margins) -> None:
    rule = FlowLimit(band=0.02, close_out=0.5)
    rule.require_margin(margins([1e6], [1e6], [1]))
    view = breaches([100] * 3, equity=[8, 8, 5], maintenance=[10] * 3, impact=[0.02, 0.021, 0.5])
    assert waiting(rule.liquidate(view)) == [False, True, False]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 5)), max_size=12),
    st.lists(st.integers(-5, 60), min_size=4, max_size=4),
)
def test_budgets_are_used_as_one_would_row_by_row(rows: list[tuple[int, int, int]], budget: list[int]) -> None:
    market, size, urgency = (np.array(c) for c in zip(*rows, strict=True)) if rows else (np.empty(0, int),) * 3
    passes = starts_within(np.array(budget, dtype=np.float64), market, size.astype(float), urgency.astype(float))
    left = list(budget)
    expected = np.zeros(len(rows), dtype=bool)
    for i in sorted(range(len(rows)), key=lambda i: (-rows[i][2], i)):
        expected[i] = left[rows[i][0]] > 0
        left[rows[i][0]] -= rows[i][1]
    assert passes.tolist() == expected.tolist()


def test_a_memory_grows_with_the_accounts_it_meets() -> None:
    times = LastTimes()
    assert times.of(np.array([2, 0])).tolist() == [-np.inf, -np.inf]
    times.note(np.array([5, 2]), 3.0)
    assert times.of(np.array([0, 2, 5, 9])).tolist() == [-np.inf, 3.0, 3.0, -np.inf]
    assert times.of(np.empty(0, dtype=np.int64)).tolist() == []


def test_half_is_taken_down_to_half_the_maintenance_rate(breaches: Make) -> None:
    # Perp v2: maintenance 6.25 %, half of it 3.125 %, penalty 2.5 %, positions under 100 USD whole
    view = breaches([1000, 1000, -1000, 99], equity=[31.25, 31.24, -5, 6], maintenance=[62.5, 62.5, 62.5, 6.19])
    said = HalfUntilClose().liquidate(view)
    assert said.seize == pytest.approx([0.5, 1.0, 1.0, 1.0])
    assert said.penalty == 0.025


def test_only_what_sells_within_the_tolerance_is_taken(breaches: Make) -> None:
    # a share f loses f x impact: 5 % beyond 1 % of equity allows f = 0.06 / 0.12
    view = breaches(
        [1000] * 5, equity=[10, 10, -60, -50, -20], maintenance=[20] * 5, impact=[0.12, 0.06, 0.01, 0.0, 0.06]
    )
    assert LossTolerance().liquidate(view).seize == pytest.approx([0.5, 1.0, 0.0, 0.0, 0.5])
