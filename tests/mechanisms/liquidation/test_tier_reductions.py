"""Rules that step a position down its tiers: Binance, Bybit and BitMEX, OKX."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import BreachView
from lastresort.mechanisms.liquidation.risk_limit_step_down import RiskLimitStepDown
from lastresort.mechanisms.liquidation.tiered_steps import TieredSteps
from lastresort.mechanisms.liquidation.two_tier_reduction import TwoTierReduction

Make = Callable[..., BreachView]


def test_one_order_steps_down_to_the_largest_tier_that_restores_the_margin(breaches: Make) -> None:
    # 300,000 at 2 % with a fee of 1 %: a third must go, 200,000 may stay, the tier below is 50,000 (Binance's table)
    view = breaches([300e3, -2e6, 300e3], equity=[5e3, 38e3, 5e3], maintenance=[6e3, 40e3, 6e3], orders=[0, 0, 1])
    said = TieredSteps().liquidate(view)
    assert said.order == pytest.approx([250 / 300, 0.5, 0.0])
    assert said.seize == pytest.approx([0.0, 0.0, 1.0])
    assert said.limit == pytest.approx(view.bankruptcy_price)


def test_small_accounts_and_those_whose_margin_rate_is_below_the_fee_go_whole(breaches: Make) -> None:
    view = breaches([40e3, 2e6, 2e6], equity=[700, 9e3, -1e3], maintenance=[800, 10e3, 10e3])
    said = TieredSteps().liquidate(view)
    assert said.order == pytest.approx([1.0, 1.0, 0.0])
    assert said.seize == pytest.approx([0.0, 0.0, 1.0])


@given(size=st.floats(1e3, 1e9), rate=st.floats(0.011, 0.05), ratio=st.floats(0.01, 0.999))
def test_the_step_restores_the_margin_and_ends_on_a_tier(
    breaches: Make, size: float, rate: float, ratio: float
) -> None:
    rule = TieredSteps()
    said = rule.liquidate(breaches([size], equity=[ratio * rate * size], maintenance=[rate * size]))
    kept = (1 - float(np.asarray(said.order)[0])) * size
    assert np.isclose([0.0, *rule.caps], kept, rtol=1e-9, atol=1e-3).any()
    assert ratio * rate * size - rule.fee * (size - kept) >= rate * kept - 1e-3 or kept < 1e-3


def test_risk_limits_are_stepped_down_one_at_a_time(breaches: Make) -> None:
    view = breaches([5e6, -5e6, 2e6], equity=[5e4] * 3, maintenance=[1e5] * 3, impact=[0.01, 0.01, 0.001])
    said = RiskLimitStepDown().liquidate(view)
    assert said.order == pytest.approx([0.2, 0.2, 0.0])
    assert said.seize == pytest.approx([0.0, 0.0, 1.0])
    assert np.asarray(said.limit)[:2] == pytest.approx([0.99, 1.01])


def test_an_order_that_the_book_would_kill_becomes_a_takeover(breaches: Make) -> None:
    # the last contract of a fifth sells at 2 x 0.2 x impact: 1 % of equity allows an impact of 2.5 %
    view = breaches([5e6, 5e6, 5e6], equity=[5e4, 5e4, -1.0], maintenance=[1e5] * 3, impact=[0.0249, 0.0251, 0.0])
    assert RiskLimitStepDown().liquidate(view).seize == pytest.approx([0.0, 1.0, 1.0])


def test_two_tiers_are_cut_from_the_third_tier_up(breaches: Make) -> None:
    view = breaches([1.6e6, -1.5e6, 1e6, 1.6e6], equity=[1e4, 1e4, 1e4, -1e4], maintenance=[2e4] * 4)
    said = TwoTierReduction().liquidate(view)
    assert said.order == pytest.approx([0.375, 2 / 3, 0.0, 0.0])
    assert said.seize == pytest.approx([0.0, 0.0, 1.0, 1.0])


@given(size=st.floats(1.01e6, 1e9))
def test_a_position_is_down_two_tiers_after_each_filled_attempt(breaches: Make, size: float) -> None:
    rule = TwoTierReduction()
    said = rule.liquidate(breaches([size], equity=[0.01 * size], maintenance=[0.02 * size]))
    left = size * (1 - float(np.asarray(said.order)[0]))
    assert np.ceil(left / rule.width - 1e-9) == np.ceil(size / rule.width) - 2
