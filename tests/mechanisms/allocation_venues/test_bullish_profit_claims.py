"""Bullish's second selection: unsettled profits pay, against a claim."""

from collections.abc import Callable

import pytest

from lastresort.mechanisms.allocation.bullish_profit_claims import BullishProfitClaims
from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]


def test_only_losses_that_exist_and_nobody_covers(residual: Callable[..., ResidualView]) -> None:
    view = residual([5, 8, 0], [15, 25, 9], [0, 0, 0], balance=[0], peak=[0], uncovered=[12, 3, 9])
    sharing = BullishProfitClaims().share_loss(view)
    assert list(sharing.dollars) == [5, 3, 0]
    assert list(sharing.contracts) == [0, 0, 0]
    assert sharing.scope is Scope.HOLDERS


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [
        (19, [10, 5, 0, 4]),  # profits of 100, 50 and 40 pay a tenth
        (95, [75 * 100 / 140, 20, 0, 75 * 40 / 140]),  # the second can spend 20, the others share 75 as 100 : 40
        (900, [100, 20, 0, 40]),  # never more than the profit
    ],
)
def test_profits_pay_in_proportion(
    candidates: Holders, loss_event: Event, dollars: float, expected: list[float]
) -> None:
    holders = candidates([-100, 100, -100, 100], profit=[100, 50, -10, 40], spendable=[1000, 20, 1000, 1000])
    answer = BullishProfitClaims().allocate(loss_event(holders, dollars=dollars))
    assert answer.charge == pytest.approx(expected)
    assert answer.claim
    assert not answer.close.any()
