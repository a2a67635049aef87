"""Net profits clawed back at the end of a period: OKEx, Dcoin, Deribit and Crypto.com."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.profit_clawback import ProfitClawback
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.mechanisms.recovery.winners_of_the_day import WinnersOfTheDay

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Residual = Callable[..., ResidualView]


def test_okex_of_31_july_2018(candidates: Make, loss_event: Event) -> None:
    """A long of 4,168,515 contracts of 100 USD cost about 1,200 BTC more than the fund and OKEx's 2,500 BTC: rate 18 %.

    So profits were 1,200 / 0.18 = 6,666.7 BTC. The second account made 3,000 on its short of the contract and lost as
    much on its long of another; the last lost on balance. Amounts in BTC.
    """
    gain, profit = [4000, 0, 2000, 2000 / 3, -500], [1000, 3000, 2500, 100, 200]
    everybody = candidates([-9, -9, -9, -9, -9], gain=gain, profit=profit, equity=[9000] * 5)
    event = loss_event(everybody, dollars=1200)
    assert ProfitClawback().allocate(event).charge == pytest.approx([720, 0, 360, 120, 0])
    assert SocializedLoss().allocate(event).charge[1] > 500  # a rule that sees one market charges the hedged account


def test_published_rate_of_a_session(candidates: Make, loss_event: Event) -> None:
    """Crypto.com, help 4894442: a loss of 10,000 over session profits of 171,000, as the page's table has it."""
    profits = [50_000, 45_000, 30_000, 30_000, 15_000, 1_000]
    everybody = candidates([0] * 6, gain=profits, equity=[1e6] * 6)
    charge = WinnersOfTheDay().allocate(loss_event(everybody, dollars=10_000)).charge
    assert charge[:5] == pytest.approx([2923.98, 2631.58, 1754.39, 1754.39, 877.19], abs=0.005)


@pytest.mark.parametrize("remade", [True, False], ids=["gains after charges", "gains before charges"])
def test_two_markets_make_one_percentage(candidates: Make, loss_event: Event, remade: bool) -> None:
    """Markets lose 30 and 60 while profits are 100, 50 and 0: 60 % of each, whatever order the events come in."""
    rule, gain = ProfitClawback(), np.array([100.0, 50.0, -80.0])
    paid = np.zeros(3)
    for market, dollars in ((4, 30.0), (7, 60.0)):
        everybody = candidates([0, 0, 0], gain=gain - paid if remade else gain, equity=[1e3] * 3)
        paid = paid + rule.allocate(loss_event(everybody, dollars=dollars, market=market)).charge
    assert paid == pytest.approx([60, 30, 0])


@pytest.mark.parametrize("remade", [True, False], ids=["gains after charges", "gains before charges"])
def test_nobody_pays_more_than_it_gained_over_all_markets(candidates: Make, loss_event: Event, remade: bool) -> None:
    rule, gain, paid = ProfitClawback(), np.array([100.0, 50.0]), np.zeros(2)
    for market in range(3):
        everybody = candidates([0, 0], gain=gain - paid if remade else gain, equity=[1e3] * 2)
        paid = paid + rule.allocate(loss_event(everybody, dollars=90, market=market)).charge
    assert paid == pytest.approx([100, 50])


def test_losses_wait_for_the_end_of_the_period(residual: Residual) -> None:
    """Settlements at 50, 150, 250: losses of 10 s are collected by the first pass after 50, those of 60 s after 150."""
    rule, asked = ProfitClawback(period=100, first=50), {}
    for time in (10, 45, 55, 60, 140, 151):
        asked[time] = float(rule.share_loss(_loss(residual, time)).dollars[0])
    assert asked == {10: 0, 45: 0, 55: 8, 60: 0, 140: 0, 151: 8}


def test_a_loss_after_a_settlement_waits_for_the_next(residual: Residual) -> None:
    rule = ProfitClawback(period=100, first=50)
    assert [rule.share_loss(_loss(residual, time)).dollars[0] for time in (70, 149, 155)] == [0, 0, 8]


def test_the_end_of_the_run_ends_the_week(residual: Residual) -> None:
    rule = ProfitClawback()
    assert rule.share_loss(_loss(residual, 3600)).dollars[0] == 0
    sharing = rule.share_loss(_loss(residual, 86_400, final=True))
    assert sharing.dollars[0] == 8
    assert sharing.scope is Scope.EVERYBODY


def test_a_new_collection_starts_from_new_gains(candidates: Make, loss_event: Event, residual: Residual) -> None:
    """After 100 were taken of a gain of 100, the same account can be asked again once it has gained again."""
    rule = ProfitClawback(period=100, first=50)
    event = loss_event(candidates([0], gain=[100], equity=[1000]), dollars=100)
    assert rule.allocate(event).charge == pytest.approx([100])
    assert rule.allocate(event).charge == pytest.approx([0])
    for time in (10, 55):
        rule.share_loss(_loss(residual, time))
    assert rule.allocate(event).charge == pytest.approx([100])


def test_daily_settlement_comes_within_the_run(residual: Residual) -> None:
    rule = WinnersOfTheDay()
    asked = [float(rule.share_loss(_loss(residual, hour * 3600)).dollars[0]) for hour in (1, 7, 8, 9, 23)]
    assert asked == [0, 0, 8, 0, 0]


def _loss(residual: Residual, time: float, final: bool = False) -> ResidualView:
    return residual([8], [25], [0], balance=[0], peak=[0], time=float(time), final=final)
