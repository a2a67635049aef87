"""Charges per contract, per dollar of cash and per dollar of equity, by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.cash_redemption import CashRedemption
from lastresort.mechanisms.recovery.contract_levy import ContractLevy
from lastresort.mechanisms.recovery.global_haircut import GlobalHaircut
from lastresort.mechanisms.recovery.one_side_levy import OneSideLevy

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]


def test_every_contract_of_both_sides_pays_the_same(candidates: Make, loss_event: Event) -> None:
    """Drift: loss / (long base + short base) per contract; 60 over 300 long and 300 short is 0.10 on each."""
    answer = ContractLevy().allocate(loss_event(candidates([100, 200, -300]), dollars=60))
    assert answer.charge == pytest.approx([10, 20, 30])
    assert not np.any(answer.close)


def test_half_of_the_loss_per_side_is_the_same(candidates: Make, loss_event: Event) -> None:
    """Vertex: loss / open interest / 2 on longs and on shorts, open interest being the contracts of one side."""
    quantity, loss = np.array([100.0, 200.0, -300.0]), 60.0
    per_share = loss / quantity[quantity > 0].sum() / 2
    charge = ContractLevy().allocate(loss_event(candidates(quantity), dollars=loss)).charge
    assert charge == pytest.approx(np.abs(quantity) * per_share)


def test_losing_positions_pay_the_levy_too(candidates: Make, loss_event: Event) -> None:
    holders = candidates([-100, -100], entry_price=[1.5, 0.5], equity=[100, 100])
    assert OneSideLevy().allocate(loss_event(holders, dollars=30)).charge == pytest.approx([15, 15])


def test_others_pay_what_a_poor_account_cannot(candidates: Make, loss_event: Event) -> None:
    holders = candidates([100, 100, -200], spendable=[4, 1000, 1000])
    assert ContractLevy().allocate(loss_event(holders, dollars=40)).charge == pytest.approx([4, 12, 24])


def test_levies_ask_the_sides_they_name(residual: Callable[..., ResidualView]) -> None:
    view = residual([5, 8], [15, 25], [0, 0], balance=[0], peak=[0], uncovered=[12, 3])
    for rule, scope in ((ContractLevy(), Scope.HOLDERS), (OneSideLevy(), Scope.OPPOSITE)):
        sharing = rule.share_loss(view)
        assert sharing.scope is scope
        assert list(sharing.dollars) == [5, 3]
        assert list(sharing.contracts) == [0, 0]


def test_cash_holders_lose_the_same_share_of_cash(candidates: Make, loss_event: Event) -> None:
    """Cash 60, 60, 0 and 80: an open profit is spared, an open loss protects nobody, no position is no shelter."""
    everybody = candidates([100, -100, 100, 0], equity=[100, 40, 30, 80], unit_profit=[40, -20, 30, 0])
    answer = CashRedemption().allocate(loss_event(everybody, dollars=20))
    assert answer.charge == pytest.approx([6, 6, 0, 8])


def test_cash_redemption_stops_at_the_equity_of_an_account(candidates: Make, loss_event: Event) -> None:
    everybody = candidates([100, 0], equity=[5, 60], unit_profit=[-55, 0])
    assert CashRedemption().allocate(loss_event(everybody, dollars=40)).charge == pytest.approx([5, 35])


def test_global_haircut_as_at_bitfinex(candidates: Make, loss_event: Event) -> None:
    """Bitfinex, 6 August 2016: every account lost 36.067 %, and was owed it, whatever it held."""
    equity = np.array([1000.0, 250.0, 4.0, 0.0])
    everybody = candidates([100, -50, 0, 0], equity=equity, unit_profit=[500, -70, 0, 0])
    answer = GlobalHaircut().allocate(loss_event(everybody, dollars=0.36067 * 1254))
    assert answer.charge / np.maximum(equity, 1) == pytest.approx([0.36067, 0.36067, 0.36067, 0])
    assert answer.claim


def test_global_haircut_is_one_ratio_over_all_markets(candidates: Make, loss_event: Event) -> None:
    """Markets lose 100 and 200 of 1,000: after both events everybody has 70 % left."""
    equity = np.array([600.0, 300.0, 100.0])
    for dollars in (100, 200):
        equity = equity - GlobalHaircut().allocate(loss_event(candidates([0, 0, 0], equity=equity), 0, dollars)).charge
    assert equity == pytest.approx([420, 210, 70])
