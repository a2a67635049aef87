"""Paradex: whoever withdraws while the venue is short pays the venue's ratio, whoever stays pays nothing."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.contract import OrderKind, OrderView
from lastresort.mechanisms.recovery.withdrawal_haircut import WithdrawalHaircut

Orders = Callable[..., OrderView]
LEAVING = [OrderKind.TRANSFER]


def test_leavers_pay_the_ratio_and_nobody_else(orders: Orders) -> None:
    """300 missing of 3,000: a withdrawal of 1,000 pays 100. Orders are free, and nothing is held back."""
    view = orders([OrderKind.OPEN, OrderKind.LIQUIDATION, OrderKind.TRANSFER], [5, -5, 1000])
    answer = WithdrawalHaircut().admit(_short_of(view, 300, 3000))
    assert np.asarray(answer.haircut) == pytest.approx([0, 0, 0.1])
    assert list(answer.fraction) == [1, 1, 1]


def test_the_order_of_leaving_does_not_matter(orders: Orders) -> None:
    """Three accounts of 1,000 leave one after the other, what is kept pays the loss: 10 % of each."""
    missing, owned, kept = 300.0, 3000.0, []
    for _ in range(3):
        answer = WithdrawalHaircut().admit(_short_of(orders(LEAVING, [1000]), missing, owned))
        rate = float(np.asarray(answer.haircut)[0])
        missing, owned = missing - 1000 * rate, owned - 1000
        kept.append(1000 * rate)
    assert kept == pytest.approx([100, 100, 100])
    assert missing == pytest.approx(0)


@pytest.mark.parametrize(
    ("missing", "owned", "low", "high"), [(0, 100, 0, 0), (500, 100, 0.99, 0.9999), (5, 0, 0, 0), (5, -3, 0, 0)]
)
def test_haircut_is_a_share_below_one(orders: Orders, missing: float, owned: float, low: float, high: float) -> None:
    answer = WithdrawalHaircut().admit(_short_of(orders(LEAVING, [10]), missing, owned))
    assert low <= float(np.asarray(answer.haircut)[0]) <= high


def _short_of(view: OrderView, missing: float, owned: float) -> OrderView:
    return replace(view, insolvent=float(missing), venue_equity=float(owned))
