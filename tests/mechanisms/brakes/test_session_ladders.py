"""Ladders of falls below the session's reference: CME's three levels and the Korea Exchange's three stages."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.krx_ladder import KrxLadder
from lastresort.mechanisms.brakes.static_halt import StaticHalt
from lastresort.mechanisms.contract import Ints, Phase, PhaseView

Played = Callable[..., Ints]
Trading = Callable[..., PhaseView]
OPEN, HALT, AUCTION = int(Phase.OPEN), int(Phase.HALT), int(Phase.AUCTION)


def changes(times: Ints, phases: Ints) -> list[tuple[int, int]]:
    """When the phase became another one, and which."""
    before = np.append(OPEN, phases[:-1])
    return [
        (int(time), int(phase)) for time, phase in zip(times[phases != before], phases[phases != before], strict=True)
    ]


@pytest.mark.parametrize(("mid", "halts"), [(0.9301, False), (0.9299, True)])
def test_the_first_level_is_seven_per_cent(trading: Trading, mid: float, halts: bool) -> None:
    """CME: 7 % halts for 15 minutes."""
    rule = StaticHalt()
    rule.set_phase(trading(0, [1.0]))
    phases = rule.set_phase(trading(30, [mid]))
    assert (phases is not None) is halts
    if phases is not None:
        assert list(phases.phase) == [HALT]
        assert list(phases.until) == [30 + 900]


def test_a_rise_halts_nothing(trading: Trading) -> None:
    rule = StaticHalt()
    rule.set_phase(trading(0, [1.0]))
    assert rule.set_phase(trading(30, [1.5])) is None


def test_each_level_once_and_the_last_to_the_end_of_the_session(played: Played) -> None:
    """8 % down at 60 s, back to 5 % and to 8 % again: one halt. 14 % at 3,000 s: a second. 21 %: closed for the day."""
    times = np.arange(0, 90000, 30)
    mids = np.select(
        [times < 60, times < 1200, times < 2000, times < 3000, times < 6000], [1.0, 0.92, 0.95, 0.92, 0.86], 0.79
    )
    assert changes(times, played(StaticHalt(), times, mids)) == [
        (60, HALT),
        (960, OPEN),
        (3000, HALT),
        (3900, OPEN),
        (6000, HALT),
        (86400, OPEN),
    ]


def test_a_new_session_has_a_new_reference(played: Played) -> None:
    """After the day that ended at 0.79, 7 % below 0.79 halts again, from the first level on."""
    times = np.arange(0, 90000, 30)
    mids = np.select([times < 60, times < 86400, times < 87000], [1.0, 0.94, 0.94], 0.94 * 0.929)
    assert changes(times, played(StaticHalt(), times, mids)) == [(87000, HALT), (87900, OPEN)]


def test_a_gap_through_two_levels_is_one_halt(played: Played) -> None:
    """Levels fire in order: 14 % at once is the first; the second needs a fall beyond 14 %, not the standing price."""
    times = np.arange(0, 3000, 30)
    mids = np.select([times < 60, times < 1500], [1.0, 0.86], 0.859)
    assert changes(times, played(StaticHalt(), times, mids)) == [(60, HALT), (960, OPEN), (1500, HALT), (2400, OPEN)]


def test_markets_halt_alone(trading: Trading) -> None:
    rule = StaticHalt()
    rule.set_phase(trading(0, [1.0, 1.0]))
    phases = rule.set_phase(trading(30, [0.9, 0.95]))
    assert phases is not None
    assert list(phases.phase) == [HALT, OPEN]
    assert list(phases.until) == [930, np.inf]


@pytest.mark.parametrize(("below", "halts"), [(59, False), (60, True)])
def test_korean_stages_wait_a_minute(played: Played, below: int, halts: bool) -> None:
    """KRX: 8 % or more for one minute."""
    times = np.arange(0, 200)
    mids = np.where((times >= 100) & (times <= 100 + below), 0.915, 1.0)
    assert (HALT in played(KrxLadder(), times, mids)) is halts


def test_a_recovery_restarts_the_minute(played: Played) -> None:
    times = np.arange(0, 300)
    mids = np.where((times >= 100) & (times != 150), 0.915, 1.0)
    assert changes(times, played(KrxLadder(), times, mids)) == [(151 + 60, HALT)]


def test_a_korean_halt_is_followed_by_a_call_auction(played: Played) -> None:
    """KRX: 20 minutes of halt, then 10 minutes of call auction."""
    times = np.arange(0, 2500, 10)
    mids = np.where(times >= 100, 0.915, 1.0)
    assert changes(times, played(KrxLadder(), times, mids)) == [(160, HALT), (1360, AUCTION), (1960, OPEN)]


@pytest.mark.parametrize(("fall", "fires"), [(0.1549, False), (0.1551, True)])
def test_the_second_stage_is_one_per_cent_beyond_the_first(played: Played, fall: float, fires: bool) -> None:
    """KRX: 15 % or more, and 1 % further than the fall that fired the first stage (here 14.5 %)."""
    times = np.arange(0, 2500, 10)
    mids = np.select([times < 100, times < 2000], [1.0, 1 - 0.145], 1 - fall)
    fired = [when for when, phase in changes(times, played(KrxLadder(), times, mids)) if phase == HALT]
    assert fired == ([160, 2060] if fires else [160])


def test_korean_stages_fire_in_order_and_the_third_closes_the_day(played: Played) -> None:
    times = np.arange(0, 20000, 10)
    mids = np.select([times < 100, times < 3000, times < 6000], [1.0, 0.91, 0.84], 0.79)
    assert changes(times, played(KrxLadder(), times, mids)) == [
        (160, HALT),
        (1360, AUCTION),
        (1960, OPEN),
        (3060, HALT),
        (4260, AUCTION),
        (4860, OPEN),
        (6060, HALT),
    ]


def test_the_auction_comes_before_the_next_halt(played: Played) -> None:
    """Where the price is below the second level when the first halt ends, the auction is held all the same."""
    times = np.arange(0, 4000, 30)
    mids = np.select([times < 60, times < 960], [1.0, 0.92], 0.86)
    assert changes(times, played(StaticHalt(auction=600), times, mids)) == [
        (60, HALT),
        (960, AUCTION),
        (1560, HALT),
        (2460, AUCTION),
        (3060, OPEN),
    ]
