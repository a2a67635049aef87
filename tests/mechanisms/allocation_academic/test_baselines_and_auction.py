"""Orders, lotteries, hedge-aware weights and the auction, against numbers worked out by hand and known frequencies."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.allocation.compensated_auction import CompensatedAuction
from lastresort.mechanisms.allocation.pair_preserving import PairPreserving
from lastresort.mechanisms.allocation.priority_to_hedged import PriorityToHedged
from lastresort.mechanisms.allocation.random_by_notional import RandomByNotional
from lastresort.mechanisms.allocation.random_lottery import RandomLottery
from lastresort.mechanisms.allocation.size_queue import SizeQueue
from lastresort.mechanisms.allocation.smallest_first import SmallestFirst
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Candidates, LossEvent

Short = Callable[..., LossEvent]
DRAWS = 3000


def test_by_size(short_holders: Short) -> None:
    """Profit and leverage do not matter: the second account holds most, the third least."""
    event = short_holders([10, 50, 5], [2, 0.5, 1], [9, 1, 3], contracts=12)
    assert SizeQueue().allocate(event).close == pytest.approx([0, 12, 0])
    assert SmallestFirst().allocate(event).close == pytest.approx([7, 0, 5])


def first_drawn(rule: Deleveraging, event: LossEvent) -> list[float]:
    """How often each account is the one that an event of one contract touches."""
    generator = np.random.default_rng(12)
    shared = replace(event, random=lambda: generator)
    return list(np.mean([rule.allocate(shared).close for _ in range(DRAWS)], axis=0))


@pytest.mark.parametrize(
    ("rule", "chances"), [(RandomLottery(), [1 / 3] * 3), (RandomByNotional(), [0.1, 0.3, 0.6])], ids=["head", "dollar"]
)
def test_lottery_tickets(short_holders: Short, rule: Deleveraging, chances: list[float]) -> None:
    event = short_holders([10, 30, 60], [1, 1, 1], [1, 1, 1], contracts=1)
    assert first_drawn(rule, event) == pytest.approx(chances, abs=4 * 0.5 / np.sqrt(DRAWS))


@pytest.mark.parametrize("rule", [RandomLottery(), RandomByNotional()], ids=["head", "dollar"])
def test_lotteries_draw_from_the_event_alone(short_holders: Short, rule: Deleveraging) -> None:
    event = short_holders(list(range(1, 40)), [1.0] * 39, [1.0] * 39, contracts=300)
    assert rule.allocate(event).close == pytest.approx(rule.allocate(event).close)
    other = replace(event, random=lambda: np.random.default_rng(5))
    assert rule.allocate(event).close != pytest.approx(rule.allocate(other).close)


def test_pairs_are_never_broken(short_holders: Short) -> None:
    """Unhedged: 10, 6 and 0 of ten each, of 20 contracts the last four stay with the engine."""
    event = short_holders([10, 10, 10], [1, 1, 1], [1, 1, 1], 20, hedge=[0, 4, 10], attested=[5, 0, 0])
    assert PairPreserving().allocate(event).close == pytest.approx([10, 6, 0])
    assert PairPreserving().allocate(replace(event, contracts=8.0)).close == pytest.approx([5, 3, 0])
    assert PairPreserving(attested=True).allocate(event).close == pytest.approx([5, 6, 0])


def test_flat_accounts_come_last(candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]) -> None:
    """Shorts of ten with net deltas -10, -5, 0 and +7: the last one's short is the hedge of a larger long."""
    event = loss_event(candidates([-10, -10, -10, -10], net_delta=[-10, -5, 0, 7]), contracts=6)
    assert PriorityToHedged().allocate(event).close == pytest.approx([4, 2, 0, 0])
    assert PriorityToHedged().allocate(replace(event, contracts=18.0)).close == pytest.approx([10, 8, 0, 0])


@pytest.fixture
def auction(short_holders: Short) -> LossEvent:
    """Engine took 100 over at 1.02; asks of 1.1 % (hedged), 0.1 % and 0.05 % (levered twice) of the mark, 1."""
    return short_holders([50, 50, 50], [1, 1, 1], [1, 1, 2], 100, hedge=[50, 0, 0], bankruptcy_price=1.02)


def test_the_cheapest_asks_win(auction: LossEvent) -> None:
    answer = CompensatedAuction().allocate(auction)
    assert answer.close == pytest.approx([0, 50, 50])
    assert answer.winner_price == pytest.approx([0.989, 0.999, 0.9995])
    assert answer.loser_price == 1.02


def test_the_auction_stops_where_the_fund_ends(auction: LossEvent) -> None:
    """The levered account costs 1.02 - 0.9995 = 0.0205 a contract, the next 0.021: 1.235 dollars buy 50 and 10."""
    poor = replace(auction, fund=50 * 0.0205 + 10 * 0.021)
    assert CompensatedAuction().allocate(poor).close == pytest.approx([0, 10, 50])
    assert not CompensatedAuction().allocate(replace(auction, fund=0.0)).close.any()


def test_a_profitable_inventory_costs_the_fund_nothing(auction: LossEvent) -> None:
    """Taken over at 0.9, sold to the shorts at 0.9: better than all they asked, and no fund is needed."""
    answer = CompensatedAuction().allocate(replace(auction, bankruptcy_price=0.9, fund=0.0))
    assert answer.close.sum() == pytest.approx(100)
    assert answer.winner_price == pytest.approx([0.9, 0.9, 0.9])


def test_hedges_elsewhere_raise_the_ask(auction: LossEvent) -> None:
    """The bidder knows its hedges on other venues, so the venue need not."""
    holders = replace(auction.candidates, attested_hedge=np.array([0.0, 50.0, 0.0]))
    answer = CompensatedAuction().allocate(replace(auction, candidates=holders))
    assert answer.winner_price == pytest.approx([0.989, 0.989, 0.9995])


def test_longs_are_paid_above_the_mark(
    candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]
) -> None:
    event = loss_event(candidates([50.0, 50.0], hedge=[50, 0]), contracts=-60, bankruptcy_price=0.98)
    answer = CompensatedAuction().allocate(event)
    assert answer.close == pytest.approx([10, 50])
    assert answer.winner_price == pytest.approx([1.011, 1.001])
