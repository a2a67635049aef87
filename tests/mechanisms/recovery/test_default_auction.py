"""Sealed bids, who wins at which price, and who loses its contribution first, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Allocation, Candidates, LossEvent, ResidualView, Scope
from lastresort.mechanisms.recovery.default_auction import DefaultAuction

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]

NOBODY = float("nan")


@pytest.fixture
def bidders(candidates: Make) -> Candidates:
    """Bids of 0.95, 0.97 and 0.90 for a long of 100 at mark 1, and a provider that stays away; contributions of 10."""
    return candidates(
        [0, 0, 0, 0],
        bid=[0.95, 0.97, 0.90, NOBODY],
        room=[30, 60, 50, 100],
        contribution=[10, 10, 10, 10],
        equity=[1000] * 4,
    )


def test_best_bids_win_and_pay_what_they_bid(bidders: Candidates, loss_event: Event) -> None:
    """60 at 0.97, 30 at 0.95, 10 at 0.90: the engine gets 95.70 for its 100 contracts."""
    answer = DefaultAuction().allocate(loss_event(bidders, 100.0))
    assert answer.assign == pytest.approx([30, 60, 10, 0])
    assert np.asarray(answer.winner_price)[:3] == pytest.approx([0.95, 0.97, 0.90])
    assert answer.loser_price == pytest.approx(0.957)


def test_uniform_price_is_the_worst_accepted_bid(bidders: Candidates, loss_event: Event) -> None:
    answer = DefaultAuction(uniform=True).allocate(loss_event(bidders, 80.0))
    assert answer.assign == pytest.approx([20, 60, 0, 0])
    assert answer.winner_price == pytest.approx(0.95)
    assert answer.loser_price == pytest.approx(0.95)


def test_what_nobody_has_room_for_stays(bidders: Candidates, loss_event: Event) -> None:
    assert DefaultAuction().allocate(loss_event(bidders, 500.0)).assign == pytest.approx([30, 60, 50, 0])


def test_the_opposite_side_closes_up_to_its_position(candidates: Make, loss_event: Event) -> None:
    """The best bidder is short 25 and can buy those back without margin; the next one opens the other 75."""
    providers = candidates([-25, 40], bid=[0.99, 0.98], room=[0, 100], equity=[1000, 1000])
    answer = DefaultAuction().allocate(loss_event(providers, 100.0))
    assert answer.close == pytest.approx([25, 0])
    assert answer.assign == pytest.approx([0, 75])


def test_a_bid_beyond_the_mark_counts_as_the_mark(candidates: Make, loss_event: Event) -> None:
    answer = DefaultAuction(uniform=True).allocate(loss_event(candidates([0], bid=[1.2], room=[100]), 100.0))
    assert answer.winner_price == answer.loser_price == 1.0


def test_a_short_goes_to_the_lowest_offers(candidates: Make, loss_event: Event) -> None:
    offers = candidates([0, 0], bid=[1.05, 1.03], room=[100, 40], equity=[1000, 1000])
    answer = DefaultAuction().allocate(loss_event(offers, -100.0))
    assert answer.assign == pytest.approx([60, 40])
    assert answer.loser_price == pytest.approx(1.042)


@pytest.mark.parametrize(
    ("dollars", "expected"), [(6, [0, 0, 0, 6]), (25, [5, 0, 10, 10]), (35, [10, 5, 10, 10]), (99, [10, 10, 10, 10])]
)
def test_juniorisation_starts_with_those_who_did_not_bid(
    bidders: Candidates, loss_event: Event, dollars: float, expected: list[float]
) -> None:
    """The silent provider, then the bids of 0.90, 0.95 and 0.97 in this order, each up to its contribution of 10."""
    answer = DefaultAuction().allocate(loss_event(bidders, 100.0, dollars))
    assert answer.charge == pytest.approx(expected)


def test_silent_providers_share_in_proportion(candidates: Make, loss_event: Event) -> None:
    providers = candidates([0, 0], room=[9, 9], contribution=[10, 30], equity=[1000, 1000])
    answer = DefaultAuction(juniorised=0.5).allocate(loss_event(providers, 100.0, 8.0))
    assert answer.charge == pytest.approx([2, 6])
    assert not np.any(answer.assign)


def test_auction_asks_providers_for_inventory_and_losses(residual: Callable[..., ResidualView]) -> None:
    sharing = DefaultAuction().share_loss(residual([5, 8], [15, 25], [0, 0], balance=[0], peak=[0], uncovered=[12, 0]))
    assert sharing.scope is Scope.PROVIDERS
    assert list(sharing.contracts) == [1, 0]
    assert list(sharing.dollars) == [5, 0]


@settings(max_examples=60, deadline=None)
@given(
    offers=st.lists(st.tuples(st.floats(0.2, 1.0), st.integers(0, 10**9).map(float)), min_size=1, max_size=8),
    contracts=st.integers(1, 10**9).map(float),
    side=st.sampled_from([-1.0, 1.0]),
    uniform=st.booleans(),
)
def test_bids_pay_the_engine_and_the_fund_pays_nothing(
    candidates: Make,
    loss_event: Event,
    offers: list[tuple[float, float]],
    contracts: float,
    side: float,
    uniform: bool,
) -> None:
    """What bidders pay is what the engine gets, never less even in the last digit; nobody pays worse than its bid."""
    bid, room = (np.array(column) for column in zip(*offers, strict=True))
    bid = bid**side  # worse than the mark of 1 on either side
    providers = candidates(np.zeros(len(bid)), bid=bid, room=room, equity=np.full(len(bid), 1e9))
    answer: Allocation = DefaultAuction(uniform=uniform).allocate(loss_event(providers, side * contracts))
    assign, price = np.asarray(answer.assign), np.broadcast_to(answer.winner_price, bid.shape)
    assert assign.sum() == pytest.approx(min(contracts, room.sum()), rel=1e-9)
    assert (side * price <= side * bid + 1e-12)[assign > 0].all()
    gap = side * float((assign * (answer.loser_price - price)).sum())
    assert -1e-9 * (1 + float((assign * price).sum())) <= gap <= 0


def test_bidding_badly_costs_a_contribution_once(bidders: Candidates, loss_event: Event) -> None:
    """25 of the 40 that all have at stake are gone after the first loss, so the second finds 15."""
    auction = DefaultAuction()
    assert auction.allocate(loss_event(bidders, 100.0, 25.0)).charge.sum() == pytest.approx(25)
    assert auction.allocate(loss_event(bidders, 100.0, 25.0)).charge == pytest.approx([5, 10, 0, 0])
