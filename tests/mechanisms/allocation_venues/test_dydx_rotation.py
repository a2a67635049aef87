"""dYdX v4's deleveraging loop: random start, wrap-around, whole positions, overlap skip, limited visits."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.allocation.dydx_rotation import DydxRotation
from lastresort.mechanisms.contract import Candidates, Floats, LossEvent

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]

SEEDS = range(60)


def closed_with(event_of: Event, holders: Candidates, seed: int, visits: int = 500, **fields: float) -> Floats:
    event = event_of(holders, random=lambda: np.random.default_rng(seed), **fields)
    return DydxRotation(visits=visits).allocate(event).close


def test_consecutive_accounts_from_every_start(candidates: Holders, loss_event: Event) -> None:
    """25 contracts from five shorts of 10: two whole and half of the next, wherever it starts; a long is passed by."""
    holders = candidates([-10, -10, 10, -10, -10, -10])
    shorts = [0, 1, 3, 4, 5]
    rotations = {tuple(np.roll([10.0, 10.0, 5.0, 0.0, 0.0], start)) for start in range(5)}
    seen = {tuple(closed_with(loss_event, holders, seed, contracts=25)[shorts]) for seed in SEEDS}
    assert seen == rotations


def test_losers_are_hit_too(candidates: Holders, loss_event: Event) -> None:
    holders = candidates([-10, -10], entry_price=[0.5, 2.0])
    assert closed_with(loss_event, holders, 0, contracts=20) == pytest.approx([10, 10])


@pytest.mark.parametrize("seed", SEEDS)
def test_positions_that_do_not_overlap_are_skipped(candidates: Holders, loss_event: Event, seed: int) -> None:
    """Bankruptcy price 1.2 at mark 1: closing 10 costs 2 USD. The second has 1.9 and is passed over, not cut to 9.5."""
    holders = candidates([-10, -10, -10], equity=[2.0, 1.9, 50.0])
    close = closed_with(loss_event, holders, seed, contracts=30, bankruptcy_price=1.2)
    assert close == pytest.approx([10, 0, 10])


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_can_pay_for_the_rest_takes_it(candidates: Holders, loss_event: Event, seed: int) -> None:
    """12 contracts from shorts of 10, of which one can pay for 9.5: it takes the rest of 2 and no more than that."""
    holders = candidates([-10, -10, -10], equity=[2.0, 1.9, 50.0])
    close = closed_with(loss_event, holders, seed, contracts=12, bankruptcy_price=1.2)
    assert sorted(close) == [0, 2, 10]
    assert close[1] in (0, 2)


def test_visits_are_limited_and_skips_count(candidates: Holders, loss_event: Event) -> None:
    """Of four accounts two are visited; one of the four has too little, so 10 or 20 contracts are closed."""
    holders = candidates([-10] * 4, equity=[50.0, 1.9, 50.0, 50.0])
    totals = {
        closed_with(loss_event, holders, seed, visits=2, contracts=40, bankruptcy_price=1.2).sum() for seed in SEEDS
    }
    assert totals == {10.0, 20.0}


def test_at_most_five_hundred_by_default(candidates: Holders, loss_event: Event) -> None:
    holders = candidates([-1.0] * 800)
    assert closed_with(loss_event, holders, 7, contracts=800).sum() == 500
