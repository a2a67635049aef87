"""Contracts torn up, forced on members, or settled at the price at which the market can pay."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Candidates, LossEvent, Phase, PhaseView, PriceView, ResidualView, Scope
from lastresort.mechanisms.recovery.forced_allocation import ForcedAllocation
from lastresort.mechanisms.recovery.full_tear_up import FullTearUp
from lastresort.mechanisms.recovery.partial_tear_up import Choice, PartialTearUp
from lastresort.mechanisms.recovery.solvency_adjusted_settlement import SolvencyAdjustedSettlement

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Residual = Callable[..., ResidualView]


def test_tear_up_is_pro_rata_at_the_last_settlement(candidates: Make, loss_event: Event) -> None:
    """Half of the opposite 400 contracts go, of winners and losers alike; the engine's own side is left alone."""
    holders = candidates([-100, -300, 500], entry_price=[1.2, 0.9, 1.0])
    answer = PartialTearUp().allocate(loss_event(holders, 200.0, bankruptcy_price=1.1, last_settlement=1.05))
    assert answer.close == pytest.approx([50, 150, 0])
    assert answer.winner_price == answer.loser_price == 1.05


def test_unhedged_parts_are_torn_up_before_hedged_ones(candidates: Make, loss_event: Event) -> None:
    """100 naked and 60 naked of 300 take 80 as 50 and 30; of 220, 60 more come from the hedged 240."""
    holders, rule = candidates([-100, -300, 500], hedge=[0, 240, 500]), PartialTearUp(choose=Choice.UNHEDGED_FIRST)
    assert rule.allocate(loss_event(holders, 80.0)).close == pytest.approx([50, 30, 0])
    assert rule.allocate(loss_event(holders, 220.0)).close == pytest.approx([100, 120, 0])


def test_torn_up_contracts_cost_no_account_more_than_it_has(candidates: Make, loss_event: Event) -> None:
    """At 0.10 a contract an account with 3 USD closes 30 of its 100; the other takes the rest."""
    holders = candidates([-100, -300], spendable=[3, 1000])
    answer = PartialTearUp().allocate(loss_event(holders, 200.0, last_settlement=1.10))
    assert answer.close == pytest.approx([30, 170])


def test_tear_up_price_is_a_parameter(candidates: Make, loss_event: Event) -> None:
    event = loss_event(candidates([-100]), 50.0, last_settlement=1.05)
    assert PartialTearUp(price=PriceRule.MARK).allocate(event).winner_price == 1.0


def test_members_take_over_by_contribution_within_their_room(candidates: Make, loss_event: Event) -> None:
    """Of 60 contracts 15 and 45; the second can margin 20, so the first gets 40. Both pay the mark."""
    members = candidates([0, 7, 0], contribution=[1, 3, 0], room=[100, 20, 100])
    answer = ForcedAllocation().allocate(loss_event(members, 60.0))
    assert np.asarray(answer.assign) == pytest.approx([40, 20, 0])
    assert answer.winner_price == answer.loser_price == 1.0
    everybody = ForcedAllocation(members=False).allocate(loss_event(members, 55.0))
    assert np.asarray(everybody.assign) == pytest.approx([25, 5, 25])


def test_members_on_the_opposite_side_close(candidates: Make, loss_event: Event) -> None:
    """Half of 60 each; the first is short 20 and closes them without margin, the second has room for the rest."""
    members = candidates([-20, 7], contribution=[1, 1], room=[0, 100])
    answer = ForcedAllocation().allocate(loss_event(members, 60.0))
    assert answer.close == pytest.approx([20, 0])
    assert np.asarray(answer.assign) == pytest.approx([0, 40])


def test_forced_allocation_places_what_is_uncovered(residual: Residual) -> None:
    sharing = ForcedAllocation().share_loss(residual([5, 8], [15, 25], [0, 0], [0], [0], uncovered=[12, 0]))
    assert sharing.scope is Scope.EVERYBODY
    assert list(sharing.contracts) == [1, 0]
    assert list(sharing.dollars) == [0, 0]


def test_the_service_ends_when_unpaid_losses_are_too_large(
    residual: Residual, trading: Callable[..., PhaseView]
) -> None:
    """1 % of 1,000: losses of 4 and 6 do not end it, 4 and 7 do; then it is over for every market and for good."""
    rule, open_markets = FullTearUp(), trading(5.0, [1.0, 1.0, 1.0])
    rule.share_loss(_losses(residual, [4, 6]))
    assert rule.set_phase(open_markets) is None
    rule.share_loss(_losses(residual, [4, 7]))
    rule.share_loss(_losses(residual, [0, 0]))
    answer = rule.set_phase(open_markets)
    assert answer is not None
    assert list(answer.phase) == [Phase.SETTLE] * 3
    assert np.isinf(answer.until).all()


def test_losses_that_somebody_pays_do_not_end_the_service(
    residual: Residual, trading: Callable[..., PhaseView]
) -> None:
    rule = FullTearUp()
    rule.share_loss(residual([500], [500], [0], [0], [0], uncovered=[2], venue_equity=1000.0))
    assert rule.set_phase(trading(5.0, [1.0])) is None


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_adjusted_price_leaves_the_engine_with_nothing(
    residual: Residual, trading: Callable[..., PhaseView], feeds: Callable[..., PriceView], side: float
) -> None:
    """The engine holds 100 and lost 5: only at 1.05 (0.95 where it is short) can everybody else be paid."""
    rule, cash = SolvencyAdjustedSettlement(limit=0.01), -side * 100.0 - 5.0
    rule.share_loss(
        residual(
            [5], [5], [0], [0], [0], market=[1], inventory=[side * 100], cash=[cash],
            bankruptcy_price=[-cash / (side * 100)], open_interest=[400],
        )
    )  # fmt: skip
    prices, phases = rule.set_prices(feeds(5.0, [1.0, 1.0, 1.0])), rule.set_phase(trading(5.0, [1.0, 1.0, 1.0]))
    assert prices is not None
    assert phases is not None
    assert list(phases.phase) == [Phase.OPEN, Phase.SETTLE, Phase.OPEN]
    assert cash + side * 100 * prices.settlement[1] == pytest.approx(0)
    assert list(prices.settlement[[0, 2]]) == [1, 1]
    assert list(prices.trigger) == list(prices.valuation) == [1, 1, 1]


def test_price_is_the_worse_of_mark_and_bankruptcy_price(residual: Residual, feeds: Callable[..., PriceView]) -> None:
    """A loss that only selling would make: at the mark the market can pay, so it settles there."""
    rule = SolvencyAdjustedSettlement()
    rule.share_loss(residual([0], [50], [0], [0], [0], bankruptcy_price=[0.97], open_interest=[400]))
    answer = rule.set_prices(feeds(5.0, [1.0]))
    assert answer is not None
    assert list(answer.settlement) == [1]


@pytest.mark.parametrize("columns", [{"open_interest": [1e6]}, {"inventory": [0.0]}], ids=["small", "empty"])
def test_other_markets_stay_open(
    residual: Residual, trading: Callable[..., PhaseView], feeds: Callable[..., PriceView], columns: dict[str, Any]
) -> None:
    rule = SolvencyAdjustedSettlement()
    rule.share_loss(residual([5], [5], [0], [0], [0], **({"open_interest": [400]} | columns)))
    assert rule.set_prices(feeds(5.0, [1.0])) is None
    assert rule.set_phase(trading(5.0, [1.0])) is None


def _losses(residual: Residual, lost: list[float]) -> ResidualView:
    return residual(lost, lost, [0, 0], [0], [0], venue_equity=1000.0)
