"""Variation-margin gains haircut: the fraction, the cap and the rounds, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.gains_haircut import GainsHaircut
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Residual = Callable[..., ResidualView]


def test_haircut_by_hand(candidates: Make, loss_event: Event) -> None:
    """Gains 60, 40, -30, 0 and a loss of 25: H = 1/4, so 45 and 30 are paid out of 60 and 40."""
    members = candidates([1, 1, -1, 0], variation=[60, 40, -30, 0], profit=[0, 90, 500, 0], equity=[500] * 4)
    assert GainsHaircut().allocate(loss_event(members, dollars=25)).charge == pytest.approx([15, 10, 0, 0])


def test_haircut_stops_at_the_whole_gain(candidates: Make, loss_event: Event) -> None:
    """H = min(1, L / sum of gains): margins of those who did not gain are safe (EMIR art. 45(4), ESMA Q&A 887)."""
    members = candidates([1, 1, -1], variation=[60, 40, -30], equity=[500] * 3)
    assert GainsHaircut().allocate(loss_event(members, dollars=1000)).charge == pytest.approx([60, 40, 0])


def test_cap_is_the_greater_of_the_limit_and_the_contribution(candidates: Make, loss_event: Event) -> None:
    """Limit 12: of 15 and 10 only 12 and 13, cut to 12, are collected; who contributed 20 can lose 20."""
    gains = {"variation": [60, 40], "equity": [500, 500]}
    event = loss_event(candidates([1, 1], **gains), dollars=25)
    assert GainsHaircut(limit=12).allocate(event).charge == pytest.approx([12, 12])
    rich = loss_event(candidates([1, 1], contribution=[20, 0], **gains), dollars=25)
    assert GainsHaircut(limit=12).allocate(rich).charge == pytest.approx([15, 10])


def test_cap_holds_over_all_cycles(candidates: Make, loss_event: Event, residual: Residual) -> None:
    rule, paid = GainsHaircut(limit=20, cycle=100), np.zeros(2)
    event = loss_event(candidates([1, 1], variation=[60, 40], equity=[500, 500]), dollars=25)
    for time in (10, 110, 210):
        rule.share_loss(_loss(residual, time))
        paid = paid + rule.allocate(event).charge
    assert paid == pytest.approx([20, 20])


def test_rounds_count_cycles_in_which_gains_were_cut(residual: Residual) -> None:
    """Two rounds: cycles 0 and 3 are cut, however often, and later ones are spared; a cycle without a loss is free."""
    rule = GainsHaircut(cycle=100, rounds=2)
    rule.share_loss(_loss(residual, 150, lost=0.0))
    asked = [float(rule.share_loss(_loss(residual, time)).dollars[0]) for time in (10, 90, 310, 410, 390)]
    assert asked == [8, 8, 8, 0, 8]
    assert rule.share_loss(_loss(residual, 510)).scope is Scope.EVERYBODY


@pytest.mark.parametrize("remade", [True, False], ids=["gains after charges", "gains before charges"])
def test_one_fraction_over_all_markets_of_a_cycle(candidates: Make, loss_event: Event, remade: bool) -> None:
    """Losses of 20 and 30 in two markets, gains of 75 and 25 net over both: H = 1/2."""
    rule, gain, paid = GainsHaircut(), np.array([75.0, 25.0]), np.zeros(2)
    for market, dollars in ((0, 20.0), (1, 30.0)):
        members = candidates([1, 1], variation=gain - paid if remade else gain, equity=[500, 500])
        paid = paid + rule.allocate(loss_event(members, dollars=dollars, market=market)).charge
    assert paid == pytest.approx([37.5, 12.5])


@settings(max_examples=40, deadline=None)
@given(gains=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), part=st.floats(0, 1.5))
def test_on_one_market_it_is_socialized_loss(
    candidates: Make, loss_event: Event, gains: list[float], part: float
) -> None:
    """Where nobody holds anything else and everybody can pay, the two rules are one; they are computed differently."""
    members = candidates([-1.0] * len(gains), profit=gains, variation=gains, equity=[2e6] * len(gains))
    event = loss_event(members, dollars=part * float(np.maximum(gains, 0).sum()))
    expected = SocializedLoss().allocate(event).charge
    assert GainsHaircut(limit=1e9).allocate(event).charge == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _loss(residual: Residual, time: float, lost: float = 8.0) -> ResidualView:
    return residual([lost], [25], [0], balance=[0], peak=[0], time=float(time))
