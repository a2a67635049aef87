"""Rules that try the open book before anybody takes the account over: Binance, Hyperliquid, Lighter, Kraken."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import BreachView, Liquidation
from lastresort.mechanisms.liquidation.backstop_takeover import BackstopTakeover
from lastresort.mechanisms.liquidation.covered_steps import CoveredSteps
from lastresort.mechanisms.liquidation.fifth_then_whole import FifthThenWhole
from lastresort.mechanisms.liquidation.order_first import OrderFirst
from lastresort.mechanisms.liquidation.order_then_assignment import OrderThenAssignment
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation.waterfall.rulebook import Rulebook

Make = Callable[..., BreachView]


def answer(said: Liquidation) -> tuple[list[float], list[bool]]:
    """Shares that go to the book and who waits; nobody is seized."""
    assert not np.any(said.seize)
    return np.round(np.asarray(said.order, dtype=np.float64), 12).tolist(), np.asarray(said.wait).tolist()


def test_a_fifth_first_and_the_whole_during_the_cool_down(breaches: Make) -> None:
    # Hyperliquid's announcement: "only 20 %", then for 30 s "for the entire position"
    rule = FifthThenWhole()
    for time, share in ((100.0, 0.2), (101.0, 1.0), (129.0, 1.0), (130.0, 0.2), (131.0, 1.0)):
        view = breaches([200e3], equity=[3e3], maintenance=[4e3], time=time)
        assert rule.liquidate(view).order == pytest.approx([share])


def test_the_cool_down_is_the_accounts_and_small_positions_go_whole(breaches: Make) -> None:
    rule = FifthThenWhole()
    first = rule.liquidate(breaches([100e3, -101e3], equity=[3e3] * 2, maintenance=[4e3] * 2, time=5.0))
    assert first.order == pytest.approx([1.0, 0.2])
    legs = breaches([-90e3, 300e3, 300e3], [3e3] * 3, [4e3] * 3, time=6.0, account=[1, 1, 9], market=[0, 1, 0])
    assert rule.liquidate(legs).order == pytest.approx([1.0, 1.0, 0.2])


def test_book_stage_and_backstop_stage_share_the_accounts_between_them(breaches: Make) -> None:
    view = breaches([300e3] * 4, equity=[5.9e3, 4e3, 3.9e3, -1e3], maintenance=[6e3] * 4)
    assert FifthThenWhole().liquidate(view).order == pytest.approx([0.2, 0.2, 0.0, 0.0])
    said = BackstopTakeover().liquidate(view)
    assert said.seize == pytest.approx([0.0, 0.0, 1.0, 1.0])
    assert said.penalty == 1.0


def test_a_vault_is_taken_over_only_below_zero_and_waits_until_then(breaches: Make) -> None:
    view = breaches([300e3] * 3, equity=[100, 0, -100], maintenance=[6e3] * 3, vault=[True] * 3)
    said = BackstopTakeover().liquidate(view)
    assert said.seize == pytest.approx([0.0, 0.0, 1.0])
    assert np.asarray(said.wait).tolist() == [True, True, False]


def test_what_krakens_order_left_is_taken_over_for_assignment(breaches: Make) -> None:
    # Kraken's example: 1,760,000 contracts, 1,007,379 filled, 752,621 assigned
    rule = OrderThenAssignment()
    order = rule.liquidate(breaches([1_760_000], equity=[10e3], maintenance=[20e3]))
    assert order.order == pytest.approx([1.0])
    assert order.limit == pytest.approx([1 - 10e3 / 1_760_000])
    left = breaches([1_760_000 - 1_007_379], equity=[4e3], maintenance=[8e3], orders=[1])
    said = rule.liquidate(left)
    assert said.seize * left.quantity == pytest.approx([752_621])
    assert said.order == pytest.approx([0.0])


def test_an_account_without_equity_is_taken_over_at_once(breaches: Make) -> None:
    view = breaches([1000], equity=[0], maintenance=[10])
    assert OrderThenAssignment().liquidate(view).seize == pytest.approx([1.0])
    assert CoveredSteps().liquidate(view).seize == pytest.approx([1.0])


def test_steps_then_the_whole_then_takeover(breaches: Make) -> None:
    rule = CoveredSteps(steps=2)
    view = breaches([1000] * 5, equity=[8] * 5, maintenance=[10] * 5, orders=[0, 1, 2, 3, 9])
    said = rule.liquidate(view)
    assert said.order == pytest.approx([0.1, 0.1, 1.0, 0.0, 0.0])
    assert said.seize == pytest.approx([0.0, 0.0, 0.0, 1.0, 1.0])


def test_no_covered_order_trades_worse_than_bankruptcy_or_the_band(breaches: Make) -> None:
    view = breaches([1000, -1000, 1000, -1000], equity=[30, 30, 80, 80], maintenance=[100] * 4)
    assert CoveredSteps().liquidate(view).limit == pytest.approx([0.97, 1.03, 0.95, 1.05])


def test_a_small_position_has_one_order_at_its_bankruptcy_price(breaches: Make) -> None:
    # 100,000 contracts at a mark of 1 with 900 USD: worth nothing more at 1 - 0.009, a short at 1 + 0.009
    rule = OrderFirst()
    said = rule.liquidate(breaches([100e3, -100e3], equity=[900, 900], maintenance=[1000, 1000], time=7.0))
    assert answer(said) == ([1, 1], [False, False])
    assert said.limit == pytest.approx([0.991, 1.009])
    assert said.order_fee == 0.01  # Binance's clearance fee
    later = breaches([40e3, -40e3], [300, 300], [400, 400], time=8.0, since=[1, 1], orders=[1, 1])
    assert answer(rule.liquidate(later)) == ([0, 0], [False, False])


def test_a_large_position_goes_by_clips_of_what_is_left_for_a_minute(breaches: Make) -> None:
    # rounds at 0, 10, 20, 30, 40 and 50 s; all fills, so 0.8^6 = 26.2 % is left to the takeover
    rule, left = OrderFirst(), 1e6
    rounds: list[tuple[int, float]] = []
    for second in range(64):
        view = breaches(
            [left], [0.008 * left], [0.01 * left], time=100.0 + second, since=[second], orders=[len(rounds)]
        )
        (share,), (wait,) = answer(rule.liquidate(view))
        assert wait == (share == 0 and second < 60)
        left *= 1 - share
        rounds += [(second, share)] if share else []
    assert rounds == [(second, 0.2) for second in (0, 10, 20, 30, 40, 50)]
    assert left == pytest.approx(262_144)


def test_what_clips_have_made_small_goes_whole_and_then_to_the_next_stage(breaches: Make) -> None:
    # 120,000 x 0.8 = 96,000
    rule = OrderFirst()
    first = breaches([120e3], [1000], [1200])
    second = breaches([96e3], [800], [960], time=10.0, since=[10], orders=[1])
    third = breaches([30e3], [200], [300], time=11.0, since=[11], orders=[2])
    said = [answer(rule.liquidate(view)) for view in (first, second, third)]
    assert said == [([0.2], [False]), ([1], [False]), ([0], [False])]


def test_the_legs_of_an_account_are_worked_in_the_same_rounds(breaches: Make) -> None:
    rule = OrderFirst()
    shared = {"account": [5, 5], "market": [0, 1], "isolated": [False, False], "unit_notional": [350e3] * 2}
    rounds = [
        answer(
            rule.liquidate(breaches(legs, [3e3] * 2, [4e3] * 2, time=time, since=[time] * 2, orders=[k, k], **shared))
        )
        for k, (time, legs) in enumerate([(0, [300e3, -50e3]), (9, [240e3, -20e3]), (10, [240e3, -20e3])])
    ]
    assert rounds == [([0.2, 1], [False, False]), ([0, 0], [True, True]), ([0.2, 1], [False, False])]


def test_a_position_without_equity_has_one_order_beyond_the_mark_even_between_clips(breaches: Make) -> None:
    rule = OrderFirst()
    rule.liquidate(breaches([1e6], [8e3], [1e4]))
    said = rule.liquidate(breaches([8e5], [-8e3], [8e3], time=3.0, since=[3], orders=[1]))
    assert answer(said) == ([1], [False])
    assert said.limit == pytest.approx([1.01])
    assert answer(rule.liquidate(breaches([8e5], [-9e3], [8e3], time=4.0, since=[4], orders=[2]))) == ([0], [False])
    unsent = OrderFirst(bankrupt=False).liquidate(breaches([8e5, 5e4], [-8e3, 400], [8e3, 500]))
    assert answer(unsent) == ([0, 1], [False, False])


def test_the_cool_down_outlives_a_breach(breaches: Make) -> None:
    rule = OrderFirst()
    rule.liquidate(breaches([1e6], [8e3], [1e4]))
    again = [answer(rule.liquidate(breaches([8e5], [7e3], [8e3], time=time, since=[time - 6]))) for time in (6.0, 10.0)]
    assert again == [([0], [True]), ([0.2], [False])]


def test_an_order_that_met_no_open_book_is_sent_again(breaches: Make) -> None:
    """The engine counts no order then; a minute after the breach began, the next stage decides all the same."""
    rule = OrderFirst()
    times = (0.0, 1.0, 30.0, 59.0, 60.0)
    said = [answer(rule.liquidate(breaches([5e4], [400], [500], time=time, since=[time]))) for time in times]
    assert [share for (share,), _ in said] == [1, 1, 1, 1, 0]


def test_a_clip_of_one_is_a_whole(breaches: Make) -> None:
    rule = OrderFirst(clip=1.0)
    assert answer(rule.liquidate(breaches([1e6], [8e3], [1e4]))) == ([1], [False])
    assert answer(rule.liquidate(breaches([5e5], [4e3], [5e3], time=1.0, since=[1], orders=[1]))) == ([0], [False])


def test_only_what_the_book_left_is_taken_over(breaches: Make) -> None:
    # 50,000 contracts ordered, 30,000 filled: 20,000 are taken over for 1 %, and a new breach of 2,000 is ordered first
    steps = (Step(use="order-first"), Step(use="full-takeover"))
    policy = Policy(name="p", title="t", summary="s", waterfall=steps)
    rulebook = Rulebook(build_waterfall(policy, Catalogue.load()))
    first = rulebook.liquidate(breaches([50e3], [400], [500]))
    assert (first.seize.tolist(), first.order.tolist(), first.order_fee.tolist()) == ([0], [1], [0.01])
    view = breaches([20e3, 2e3], [150, 15], [200, 20], time=1.0, since=[1, 0], orders=[1, 0])
    then = rulebook.liquidate(view)
    assert (then.seize * view.quantity).tolist() == [20e3, 0]
    assert then.penalty[0] == 0.01
    assert then.order.tolist() == [0, 1]


@given(
    size=st.floats(1e3, 1e8),
    interval=st.floats(0, 30),
    lasts=st.floats(0, 120),
    filled=st.lists(st.floats(0, 1), min_size=150, max_size=150),
    equity=st.lists(st.floats(-0.01, 0.01), min_size=150, max_size=150),
)
def test_whatever_fills_nobody_is_left_for_longer_than_a_breach_may_last(
    breaches: Make, size: float, interval: float, lasts: float, filled: list[float], equity: list[float]
) -> None:
    rule, left, orders, clips = OrderFirst(interval=interval, lasts=lasts), size, 0, []
    for second, (fill, own) in enumerate(zip(filled, equity, strict=True)):
        view = breaches([left], [own * left], [0.01 * left], time=float(second), since=[second], orders=[orders])
        (share,), (wait,) = answer(rule.liquidate(view))
        if not share and not wait:
            break
        assert share in (0, 0.2, 1)
        assert second < lasts
        clips += [second] if share == 0.2 else []
        left, orders = left * (1 - 0.99 * share * fill), orders + (share > 0)
    else:
        raise AssertionError("the position was never left to the next stage")
    assert all(later - sooner >= interval for sooner, later in pairwise(clips))
