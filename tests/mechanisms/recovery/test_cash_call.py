"""Assessments: shares by contribution, 275 % for one default, 550 % in all (CME Rule 802)."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.cash_call import CashCall

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Residual = Callable[..., ResidualView]


@pytest.fixture
def call(candidates: Make, loss_event: Event) -> Callable[[CashCall, float], list[float]]:
    """Ask two members with contributions of 100 and 300, and one account that is no member."""

    def make(rule: CashCall, dollars: float) -> list[float]:
        members = candidates([5, -5, 0], contribution=[100, 300, 0], equity=[1e5] * 3)
        return list(rule.allocate(loss_event(members, dollars=dollars)).charge)

    return make


def test_members_pay_by_contribution(call: Callable[[CashCall, float], list[float]]) -> None:
    assert call(CashCall(), 200) == pytest.approx([50, 150, 0])


def test_one_default_costs_at_most_275_per_cent(call: Callable[[CashCall, float], list[float]]) -> None:
    rule = CashCall()
    assert call(rule, 1000) == pytest.approx([250, 750, 0])
    assert call(rule, 1000) == pytest.approx([25, 75, 0])  # another market of the same default
    assert call(rule, 1000) == pytest.approx([0, 0, 0])


def test_all_defaults_cost_at_most_550_per_cent(
    call: Callable[[CashCall, float], list[float]], residual: Residual
) -> None:
    """Three windows with a loss: 275 %, 275 %, nothing."""
    rule, paid = CashCall(window=100), []
    for time in (10, 60, 110, 210):
        sharing = rule.share_loss(residual([8], [25], [0], balance=[0], peak=[0], time=float(time)))
        paid.append(call(rule, 5000))
    assert sharing.scope is Scope.EVERYBODY
    assert np.array(paid) == pytest.approx(np.array([[275, 825, 0], [0, 0, 0], [275, 825, 0], [0, 0, 0]]))


def test_a_member_that_cannot_pay_is_covered_by_the_others(candidates: Make, loss_event: Event) -> None:
    members = candidates([5, -5], contribution=[100, 100], spendable=[30, 1000])
    assert CashCall().allocate(loss_event(members, dollars=200)).charge == pytest.approx([30, 170])
