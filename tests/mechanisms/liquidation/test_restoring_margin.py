"""Rules that close just enough: after a fill at the mark the account is where the rule says."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import BreachView, Liquidation
from lastresort.mechanisms.liquidation.growing_share import GrowingShare
from lastresort.mechanisms.liquidation.partial_to_target import PartialToTarget
from lastresort.mechanisms.liquidation.zero_price_order import ZeroPriceOrder

Make = Callable[..., BreachView]

rates = st.floats(0.004, 0.05)
breached = st.floats(0.05, 0.99)


def after_fill(view: BreachView, said: Liquidation, price: Any) -> tuple[float, float]:
    """Equity and maintenance margin of the one unit in view after its orders traded at `price` and paid their fee."""
    traded = said.order * view.quantity
    fee = np.abs(traded) * price * said.order_fee
    equity = view.equity[0] + float((traded * (price - view.mark) - fee).sum())
    held = np.abs(view.quantity) * view.mark
    return equity, float(view.maintenance[0] * ((1 - said.order) * held).sum() / held.sum())


def pair(breaches: Make, long: float, short: float, rate: float, ratio: float, impact: float = 0.0) -> BreachView:
    """One account with two legs on cross margin at `ratio` of its maintenance margin, and marks of 2 and 1."""
    gross = 2 * long + short
    need = np.full(2, rate * gross)
    limit = 1 - np.array([1, -1]) * ratio * rate
    return breaches(
        [long, -short],
        ratio * need,
        need,
        account=[7, 7],
        market=[0, 1],
        isolated=[False, False],
        mark=[2.0, 1.0],
        bankruptcy_price=limit * np.array([2.0, 1.0]),
        unit_notional=[gross, gross],
        impact=[impact, impact],
    )


def test_partial_order_by_hand(breaches: Make) -> None:
    view = breaches([1000, -1000], equity=[8, 8], maintenance=[10, 10])
    without = PartialToTarget(target=1.1).liquidate(view)
    assert without.order == pytest.approx([3 / 11, 3 / 11])
    with_fee = PartialToTarget(target=1.1, fee=0.002).liquidate(view)
    assert with_fee.order == pytest.approx([1 / 3, 1 / 3])
    assert with_fee.limit == pytest.approx([0.992, 1.008])


def test_partial_order_is_whole_where_the_fee_eats_what_a_sale_frees(breaches: Make) -> None:
    view = breaches([1000], equity=[4], maintenance=[5])
    assert PartialToTarget(target=1.0, fee=0.005).liquidate(view).order == pytest.approx([1.0])


def test_partial_order_leaves_accounts_without_equity_to_the_next_stage(breaches: Make) -> None:
    said = PartialToTarget().liquidate(breaches([1000, 1000], equity=[0, -5], maintenance=[10, 10]))
    assert not np.any(said.order)
    assert not said.seize.any()
    assert not np.any(said.wait)


@given(long=st.floats(1e3, 1e8), short=st.floats(1e3, 1e8), rate=rates, ratio=breached, target=st.floats(1.0, 2.0))
def test_partial_order_filled_at_the_mark_reaches_the_target_exactly(
    breaches: Make, long: float, short: float, rate: float, ratio: float, target: float
) -> None:
    view = pair(breaches, long, short, rate, ratio)
    said = PartialToTarget(target=target, fee=0.2 * ratio * rate).liquidate(view)
    equity, maintenance = after_fill(view, said, view.mark)
    assert equity == pytest.approx(target * maintenance, rel=1e-6)


@given(ratio=st.floats(1.0, 3.0), size=st.floats(1.0, 1e9))
def test_healthy_positions_are_never_ordered(breaches: Make, ratio: float, size: float) -> None:
    view = breaches([size], equity=[0.01 * size * ratio], maintenance=[0.01 * size])
    assert PartialToTarget(target=1.0).liquidate(view).order == pytest.approx([0.0])
    assert ZeroPriceOrder().liquidate(view).order == pytest.approx([0.0])


def test_zero_price_by_hand(breaches: Make) -> None:
    view = breaches([1000, -1000], equity=[8, 8], maintenance=[10, 10], impact=[0.008, 0.008])
    said = ZeroPriceOrder().liquidate(view)
    assert said.order_fee == pytest.approx([0.0, 0.0])
    assert said.limit == pytest.approx([0.992, 1.008])
    assert said.order == pytest.approx([0.2, 0.2])


def test_zero_price_fee_is_what_the_book_leaves_and_at_most_one_percent(breaches: Make) -> None:
    view = breaches([1000] * 3, equity=[30, 30, 30], maintenance=[40, 40, 40], impact=[0.0, 0.025, 0.04])
    assert ZeroPriceOrder().liquidate(view).order_fee == pytest.approx([0.01, 0.005, 0.0])


@given(long=st.floats(1e3, 1e8), short=st.floats(1e3, 1e8), rate=rates, ratio=breached, impact=st.floats(0.0, 0.06))
def test_trading_at_the_zero_price_keeps_equity_over_maintenance(
    breaches: Make, long: float, short: float, rate: float, ratio: float, impact: float
) -> None:
    view = pair(breaches, long, short, rate, ratio, impact)
    said = ZeroPriceOrder().liquidate(view)
    equity, maintenance = after_fill(view, said, said.limit)
    assert equity / maintenance == pytest.approx(ratio, rel=1e-6)
    better, maintenance = after_fill(view, said, said.limit + np.sign(view.quantity) * 0.001)
    assert better / maintenance > ratio


def test_freed_share_of_the_shortage_grows_linearly_to_everything(breaches: Make) -> None:
    rule = GrowingShare(initial=0.1, duration=60)
    quantity, shortage = 10_000.0, []
    for age in (0.0, 15.0, 30.0, 54.0):
        view = breaches(
            [quantity], equity=[100], maintenance=[0.02 * quantity], since=[age], time=500 + age, orders=[int(age)]
        )
        said = rule.liquidate(view)
        quantity *= 1 - float(np.asarray(said.order)[0])
        shortage.append(0.04 * quantity - 100)
    assert shortage == pytest.approx([270.0, 195.0, 120.0, 0.0])


def test_a_new_breach_starts_growing_again(breaches: Make) -> None:
    rule = GrowingShare(duration=60)
    rule.liquidate(breaches([10_000], equity=[100], maintenance=[200], since=[30], time=30.0))
    again = rule.liquidate(breaches([10_000], equity=[100], maintenance=[200], since=[6], time=90.0))
    assert again.order == pytest.approx([0.1 * 0.75])


def test_small_shortages_are_freed_at_once_and_bankrupt_accounts_left(breaches: Make) -> None:
    said = GrowingShare().liquidate(breaches([1000, 10_000, 1000], equity=[10, 100, -1], maintenance=[20, 200, 20]))
    assert said.order == pytest.approx([0.75, 0.0, 0.0])
    assert np.asarray(said.wait).tolist() == [True, True, False]
