"""Rules that try the open book before anybody takes the account over: Hyperliquid, Lighter, Kraken."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import BreachView
from lastresort.mechanisms.liquidation.backstop_takeover import BackstopTakeover
from lastresort.mechanisms.liquidation.covered_steps import CoveredSteps
from lastresort.mechanisms.liquidation.fifth_then_whole import FifthThenWhole
from lastresort.mechanisms.liquidation.order_then_assignment import OrderThenAssignment

Make = Callable[..., BreachView]


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
