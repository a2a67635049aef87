"""Funds, reference backstops, takeover and socialized loss, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.backstops.deep_pocket import DeepPocket
from lastresort.mechanisms.backstops.insurance_fund import InsuranceFund
from lastresort.mechanisms.backstops.warehouse import Warehouse
from lastresort.mechanisms.contract import BreachView, LossEvent, Payer, ResidualView
from lastresort.mechanisms.liquidation.full_takeover import FullTakeover
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss

Residual = Callable[..., ResidualView]
dollars = st.integers(0, 10**11).map(lambda cents: cents / 100)


def test_fund_pays_down_to_its_floor_and_shares_a_scarce_pool_pro_rata(residual: Residual) -> None:
    """Pool 0 may spend 30 of its peak of 100 and faces 60: half of each. Pool 1 is below its floor of 70: nothing."""
    view = residual([20, 40, 10], [20, 40, 10], [0, 0, 1], balance=[100, 50], peak=[100, 100])
    answer = InsuranceFund().absorb(view)
    assert answer.payer is Payer.FUND
    assert answer.pay == pytest.approx([10, 20, 0])
    assert answer.standby == pytest.approx([0, 0, 0])
    assert not np.any(answer.take)


def test_fund_promises_what_is_left_against_losses_to_come(residual: Residual) -> None:
    """30 to spend, 10 lost already; the 20 left meet 10 and 20 ahead: two thirds of each."""
    answer = InsuranceFund().absorb(residual([5, 5], [15, 25], [0, 0], balance=[100], peak=[100]))
    assert answer.pay == pytest.approx([5, 5])
    assert answer.standby == pytest.approx([20 / 3, 40 / 3])


@pytest.mark.parametrize(("usable", "paid"), [(0.0, 0.0), (0.3, 10.0), (0.5, 30.0), (1.0, 80.0)])
def test_usable_share_counts_from_the_peak(residual: Residual, usable: float, paid: float) -> None:
    """The pool stands at 80 after a peak of 100: of 30 usable, 20 are gone."""
    answer = InsuranceFund(usable=usable).absorb(residual([500], [500], [0], balance=[80], peak=[100]))
    assert answer.pay == pytest.approx([paid])


@settings(max_examples=40, deadline=None)
@given(
    losses=st.lists(st.tuples(dollars, dollars, st.integers(0, 2)), min_size=1, max_size=10),
    balances=st.tuples(*[dollars] * 3),
    usable=st.floats(0, 1),
)
def test_fund_never_overpays(
    residual: Residual, losses: list[tuple[float, float, int]], balances: tuple[float, float, float], usable: float
) -> None:
    deficit, ahead, pool = (np.array(column) for column in zip(*losses, strict=True))
    view = residual(deficit, deficit + ahead, pool, balances, balances)
    answer = InsuranceFund(usable=usable).absorb(view)
    given_out = np.asarray(answer.pay) + np.asarray(answer.standby)
    assert (np.asarray(answer.pay) >= 0).all()
    assert (np.asarray(answer.standby) >= 0).all()
    assert (np.asarray(answer.pay) <= deficit * (1 + 1e-12)).all()
    for index, balance in enumerate(balances):
        assert given_out[pool == index].sum() <= usable * balance * (1 + 1e-9) + 1e-6


def test_deep_pocket_pays_and_promises_everything(residual: Residual) -> None:
    answer = DeepPocket().absorb(residual([5, 0], [15, 25], [0, 0], balance=[0], peak=[0]))
    assert answer.payer is Payer.BACKSTOP
    assert list(answer.pay) == [5, 0]
    assert list(answer.standby) == [10, 25]
    assert list(answer.take) == [0, 0]


def test_warehouse_takes_everything(residual: Residual) -> None:
    answer = Warehouse().absorb(residual([5, 0], [15, 25], [0, 0], balance=[0], peak=[0]))
    assert answer.payer is Payer.BACKSTOP
    assert list(answer.pay) == [0, 0]
    assert list(answer.take) == [1, 1]


def test_takeover_seizes_every_position_whole(breaches: Callable[..., BreachView]) -> None:
    answer = FullTakeover(penalty=0.015).liquidate(breaches([1, 1, -1], [0.01] * 3, [0.02] * 3))
    assert list(answer.seize) == [1, 1, 1]
    assert answer.penalty == 0.015


def test_socialized_loss_by_hand(short_holders: Callable[..., LossEvent]) -> None:
    """Gains 100, 50, -10, 40; the second account can be charged only 20. 32 of 160: a fifth of each."""
    sizes, entries, leverages = [100, 100, 100, 100], [2.0, 1.5, 0.9, 1.4], [1, 1, 1, 1]
    spendable = [1000, 20, 1000, 1000]
    event = short_holders(sizes, entries, leverages, contracts=0, dollars=32, spendable=spendable)
    answer = SocializedLoss().allocate(event)
    assert answer.charge == pytest.approx([20, 4, 0, 8])
    assert not np.any(answer.close)


def test_socialized_loss_stops_at_what_the_accounts_have(short_holders: Callable[..., LossEvent]) -> None:
    event = short_holders([100, 100], [2.0, 1.5], [1, 1], contracts=0, dollars=1000, spendable=[1000, 20])
    assert SocializedLoss().allocate(event).charge == pytest.approx([100, 20])


def test_socialized_loss_without_gains_collects_nothing(short_holders: Callable[..., LossEvent]) -> None:
    event = short_holders([100, 100], [0.5, 1.0], [1, 1], contracts=0, dollars=1000)
    assert list(SocializedLoss().allocate(event).charge) == [0, 0]


def test_socialized_loss_collects_only_losses_that_exist(residual: Residual) -> None:
    view = residual([5, 8], [15, 25], [0, 0], balance=[0], peak=[0], uncovered=[12, 3])
    sharing = SocializedLoss().share_loss(view)
    assert list(sharing.dollars) == [5, 3]
    assert list(sharing.contracts) == [0, 0]
