"""Volatility interruptions by hand: two ranges, one auction, fresh references after it."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.volatility_auction import VolatilityAuction
from lastresort.mechanisms.contract import Ints, Phase, PhaseView

Played = Callable[..., Ints]
Trading = Callable[..., PhaseView]


@pytest.mark.parametrize(("mid", "calls"), [(0.9701, False), (0.9699, True), (1.0299, False), (1.0301, True)])
def test_a_jump_from_the_last_price_calls_an_auction(played: Played, mid: float, calls: bool) -> None:
    phases = played(VolatilityAuction(dynamic=0.03), range(5), [1.0, 1.0, 1.0, 1.0, mid])
    assert bool(phases[-1] == Phase.AUCTION) is calls


def test_small_steps_leave_the_static_range_in_the_end(played: Played) -> None:
    """2 % a tick never breaks the dynamic range of 3 %; 0.98^5 = 0.904 is within 10 % of the start, 0.98^6 is not."""
    mids = [1.0, 1.0, *(0.98**k for k in range(1, 8))]
    phases = played(VolatilityAuction(dynamic=0.03, static=0.10), range(9), mids)
    assert list(np.flatnonzero(phases == Phase.AUCTION)) == [7, 8]


def test_the_auction_lasts_eight_minutes_and_sets_both_references(played: Played) -> None:
    """Zagreb: 8 minutes. It clears at 0.70 in its first tick of trading: a gap of 30 % that calls no second auction."""
    times = np.arange(0, 700)
    mids = np.select([times < 10, times < 491], [1.0, 0.9], 0.70)
    phases = played(VolatilityAuction(), times, mids)
    assert list(times[phases == Phase.AUCTION]) == list(range(10, 490))
    mids = np.where(times < 600, mids, 0.70 * 0.96)
    phases = played(VolatilityAuction(), times, mids)
    assert list(times[phases == Phase.AUCTION]) == [*range(10, 490), *range(600, 700)]


def test_others_go_on_trading(trading: Trading) -> None:
    rule = VolatilityAuction()
    for second in range(3):
        assert rule.set_phase(trading(second, [1.0, 1.0])) is None
    said = rule.set_phase(trading(3, [0.9, 1.0]))
    assert said is not None
    assert list(said.phase) == [Phase.AUCTION, Phase.OPEN]
    assert list(said.until) == [483, np.inf]
