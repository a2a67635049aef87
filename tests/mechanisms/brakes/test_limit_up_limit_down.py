"""Limit up, limit down by hand: bands around the five-minute mean, the limit state, the pause and what follows."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.limit_up_limit_down import LimitUpLimitDown
from lastresort.mechanisms.contract import Ints, Phase, Phases, PhaseView

Played = Callable[..., Ints]
Band = Callable[[Phases], tuple[float, float]]
Trading = Callable[..., PhaseView]


def said_after(rule: LimitUpLimitDown, trading: Trading, mids: list[float], start: int = 0) -> Phases:
    """The answer to the last of a row of ticks one second apart, in which the market was open."""
    for second, mid in enumerate(mids):
        said = rule.set_phase(trading(start + second, [mid]))
    return said


def test_bands_by_tier(trading: Trading) -> None:
    """At a reference of 100 and 5 % the band is 95 to 105; 10 and 20 % for the tiers below."""
    rule = LimitUpLimitDown(tiers=(1, 2))
    for second in range(2):
        said = rule.set_phase(trading(second, [100.0, 100.0, 100.0]))
    assert said.low == pytest.approx([95, 90, 80])
    assert said.high == pytest.approx([105, 110, 120])
    assert list(said.phase) == [Phase.OPEN] * 3


def test_the_opening_tick_trades_at_any_price(trading: Trading, band: Band) -> None:
    said = LimitUpLimitDown().set_phase(trading(0, [1.0]))
    assert band(said) == (0, np.inf)


def test_the_reference_moves_only_when_the_mean_moved_one_per_cent(trading: Trading, band: Band) -> None:
    """After 300 s at 1.00, prices at 1.03: the mean reaches 1.01 after a hundred seconds and not before."""
    rule = LimitUpLimitDown()
    said = said_after(rule, trading, [1.0] * 301 + [1.03] * 99)
    assert band(said)[0] == pytest.approx(0.95)
    said = said_after(rule, trading, [1.03] * 2, start=400)
    assert band(said)[0] == pytest.approx(0.95 * 1.01, rel=2e-4)


@pytest.mark.parametrize(("seconds", "pauses"), [(14, False), (15, True)])
@pytest.mark.parametrize("edge", [0.9505, 1.0495])
def test_fifteen_seconds_at_the_edge_pause_for_five_minutes(
    trading: Trading, seconds: int, pauses: bool, edge: float
) -> None:
    """The plan: a limit state that lasts 15 seconds leads to a trading pause of five minutes."""
    rule = LimitUpLimitDown()
    said_after(rule, trading, [1.0] * 300)
    said = said_after(rule, trading, [edge] * (seconds + 1), start=300)
    assert said.phase[0] == (Phase.AUCTION if pauses else Phase.OPEN)
    if pauses:
        assert said.until[0] == 300 + 15 + 300


def test_leaving_the_edge_restarts_the_fifteen_seconds(played: Played) -> None:
    times = np.arange(360)
    mids = np.where(times < 300, 1.0, np.where(times == 310, 0.96, 0.95))
    assert list(times[played(LimitUpLimitDown(), times, mids) == Phase.AUCTION][:1]) == [311 + 15]


def test_the_reopening_price_is_the_next_reference(trading: Trading, band: Band) -> None:
    """Paused at 0.95; the auction clears at 0.80 in the first tick, and the bands are 5 % around 0.80 after it."""
    rule = LimitUpLimitDown()
    said_after(rule, trading, [1.0] * 300 + [0.95] * 16)
    for second in range(316, 616):
        said = rule.set_phase(trading(second, [0.95], [Phase.AUCTION], until=[615.0]))
        assert list(said.phase) == [Phase.AUCTION]
        assert list(said.until) == [615]
    reopening = rule.set_phase(trading(616, [0.95]))
    assert band(reopening) == (0, np.inf)
    said = rule.set_phase(trading(617, [0.80]))
    assert band(said) == pytest.approx((0.76, 0.84))


def test_a_small_gap_at_the_reopening_moves_the_reference_too(trading: Trading, band: Band) -> None:
    """Closed by another rule at 1.000 and reopened at 1.005: half a per cent, yet the reopening price counts."""
    rule = LimitUpLimitDown()
    said_after(rule, trading, [1.0] * 300)
    rule.set_phase(trading(300, [1.0], [Phase.HALT]))
    assert band(said_after(rule, trading, [1.0, 1.005], start=301)) == pytest.approx((1.005 * 0.95, 1.005 * 1.05))
