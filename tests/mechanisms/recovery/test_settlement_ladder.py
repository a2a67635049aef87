"""Profits before payouts (Injective), and profits capped by the pool behind them (GMX), by hand."""

from collections.abc import Callable

import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.capped_profit import CappedProfit
from lastresort.mechanisms.recovery.settlement_ladder import SettlementLadder

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Residual = Callable[..., ResidualView]


@pytest.fixture
def settled(candidates: Make, loss_event: Event) -> Callable[[float], LossEvent]:
    """Payouts 80 (profit 30), 50 (profit 10) and 40 (loss 20), in USD."""

    def make(dollars: float) -> LossEvent:
        holders = candidates(
            [100, -100, 100], profit=[30, 10, -20], equity=[80, 50, 40], leverage=[100 / 80, 100 / 50, 100 / 40]
        )
        return loss_event(holders, dollars=dollars)

    return make


def test_profits_pay_first(settled: Callable[[float], LossEvent]) -> None:
    """A loss of 20 is half of all profits (40): h = 1/2."""
    assert SettlementLadder().allocate(settled(20)).charge == pytest.approx([15, 5, 0])


def test_payouts_pay_what_profits_cannot(settled: Callable[[float], LossEvent]) -> None:
    """A loss of 105 takes profits of 40 whole; the other 65 are half of what is left, 50 + 40 + 40."""
    assert SettlementLadder().allocate(settled(105)).charge == pytest.approx([30 + 25, 10 + 20, 20])


def test_beyond_bankruptcy_nobody_is_paid(settled: Callable[[float], LossEvent]) -> None:
    """Injective then closes all positions without payout; what is missing beyond 170 stays missing."""
    assert SettlementLadder().allocate(settled(1000)).charge == pytest.approx([80, 50, 40])


def test_cross_margin_answers_with_its_share_of_the_account(candidates: Make, loss_event: Event) -> None:
    """Equity 100 behind positions of 400, of which 100 here: the payout is 25."""
    holders = candidates([100], equity=[100], leverage=[4], isolated=[False], profit=[-3])
    assert SettlementLadder().allocate(loss_event(holders, dollars=1000)).charge == pytest.approx([25])


def test_ladder_asks_both_sides_of_the_market(residual: Residual) -> None:
    sharing = SettlementLadder().share_loss(residual([5], [15], [0], balance=[0], peak=[0]))
    assert sharing.scope is Scope.HOLDERS
    assert list(sharing.dollars) == [5]


def test_winners_keep_their_share_of_the_pool(candidates: Make, loss_event: Event) -> None:
    """Profits 120 and 60 against 0.9 x 100: 90 are in excess. A loss of 45 takes half of it, one of 200 all of it."""
    holders = candidates([-100, -100, -100], profit=[120, 60, -40], equity=[500] * 3)
    for dollars, expected in ((45, [30, 15, 0]), (200, [60, 30, 0])):
        answer = CappedProfit().allocate(loss_event(holders, dollars=dollars, fund=100.0))
        assert answer.charge == pytest.approx(expected)


def test_profits_within_the_cap_are_safe(candidates: Make, loss_event: Event) -> None:
    holders = candidates([-100, -100], profit=[50, 40], equity=[500] * 2)
    assert list(CappedProfit().allocate(loss_event(holders, dollars=45, fund=100.0)).charge) == [0, 0]


def test_the_vault_of_the_market_counts_as_its_pool(candidates: Make, loss_event: Event, residual: Residual) -> None:
    """Profits of 180 against 0.9 x (100 + 50): 45 in excess; the other market's vault of 1,000 is no help."""
    rule = CappedProfit()
    rule.share_loss(residual([5, 5], [5, 5], [1, 0], balance=[100, 100], peak=[100, 100], vault_equity=[1000, 50]))
    holders = candidates([-100, -100], profit=[120, 60], equity=[500] * 2)
    assert rule.allocate(loss_event(holders, dollars=200, fund=100.0)).charge == pytest.approx([30, 15])
