"""Funds that stop at a draw-down within hours, and the memory they share: paths worked out by hand, and brute force."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.backstops.drawdown_fund import DrawdownFund
from lastresort.mechanisms.backstops.peak_drawdown_fund import PeakDrawdownFund
from lastresort.mechanisms.building_blocks.memory import LastTimes, Latch, RollingPeak, Tally
from lastresort.mechanisms.contract import ResidualView

Residual = Callable[..., ResidualView]
HOUR = 3600.0
Notes = list[tuple[float, int]]


def paid(mechanism: DrawdownFund | PeakDrawdownFund, view: ResidualView) -> list[float]:
    return [float(amount) for amount in mechanism.absorb(view).pay]


def test_a_symbol_stops_at_thirty_percent_and_resumes_below_twenty_five(residual: Residual) -> None:
    """Bybit v5 API, ADL alert, pool peak 1,000: draw-downs of 0.20, 0.30, 0.26 and 0.24 after each pass."""
    fund = DrawdownFund()
    path = [
        (0, 200, 0, 200),  # within the limit of 300
        (60, 150, -200, 100),  # cut where the draw-down reaches 0.30
        (120, 10, -300, 0),  # stopped
        (180, 10, -260, 0),  # 0.26: recovered, but not enough
        (240, 10, -240, 10),  # 0.24: resumed
        (300, 80, -250, 50),  # 0.25 now; only 50 to the limit again
        (360, 5, -260, 0),  # and stopped again
    ]
    for time, deficit, result, expected in path:
        view = residual([deficit], [deficit], [0], [1000 + result], [1000], time=float(time), fund_result=[result])
        assert paid(fund, view) == pytest.approx([expected]), time


def test_the_window_forgets_a_draw_down_after_eight_hours(residual: Residual) -> None:
    """300 paid at 0 h. At 7 h the market is still 300 below its 8-hour high; at 9 h its high is where it is now."""
    fund = DrawdownFund()
    for hours, result, balance, expected in [(0, 0, 1000, 300), (7, -300, 700, 0), (9, -300, 700, 210)]:
        view = residual([500], [500], [0], [balance], [1000], time=hours * HOUR, fund_result=[result])
        assert paid(fund, view) == pytest.approx([expected]), hours


def test_a_fund_with_a_faster_window_stops_at_the_first_limit_that_is_met(residual: Residual) -> None:
    """15 % within an hour: 150 of 1,000. 850 is the next peak, so 127.5; then 30 % of eight hours, 22.5."""
    fund = PeakDrawdownFund(faster=((HOUR, 0.15),))
    for hours, balance, expected in [(0, 1000, 150), (0.5, 850, 0), (1.1, 850, 127.5), (2.2, 722.5, 22.5)]:
        view = residual([500], [500], [0], [balance], [1000], time=hours * HOUR)
        assert paid(fund, view) == pytest.approx([expected]), hours


def test_one_symbol_does_not_stop_another(residual: Residual) -> None:
    """300 of 1,000 gone for market 0: it gets nothing, market 1 of the same pool its 100."""
    fund = DrawdownFund()
    assert paid(fund, residual([400, 0], [400, 0], [0, 0], [1000], [1000])) == pytest.approx([300, 0])
    view = residual([100, 100], [100, 100], [0, 0], [700], [1000], time=60.0, fund_result=[-300, 0])
    assert paid(fund, view) == pytest.approx([0, 100])


def test_a_gain_raises_the_mark_that_the_draw_down_counts_from(residual: Residual) -> None:
    """The market brought 50, then cost it again: draw-down 0.05, so 250 of 1,000 are left to spend."""
    fund = DrawdownFund()
    assert paid(fund, residual([0], [0], [0], [1000], [1000], fund_result=[50])) == [0]
    view = residual([400], [400], [0], [950], [1000], time=60.0, fund_result=[0])
    assert paid(fund, view) == pytest.approx([250])


def test_drawdown_fund_promises_within_the_same_limit(residual: Residual) -> None:
    answer = DrawdownFund().absorb(residual([100], [900], [0], balance=[1000], peak=[1000]))
    assert answer.pay == pytest.approx([100])
    assert answer.standby == pytest.approx([200])


def test_okx_pool_stops_thirty_percent_below_its_recent_peak(residual: Residual) -> None:
    """1,000 down to 700 at once; nothing while the peak is within 8 hours; then 30 % of the 700 that are left."""
    fund = PeakDrawdownFund()
    for hours, balance, expected in [(0, 1000, 300), (1, 700, 0), (8, 700, 0), (8.5, 700, 210), (9, 490, 0)]:
        view = residual([800], [800], [0], [balance], [1000], time=hours * HOUR)
        assert paid(fund, view) == pytest.approx([expected]), hours


def test_okx_pools_are_separate(residual: Residual) -> None:
    fund = PeakDrawdownFund()
    assert paid(fund, residual([800, 10], [800, 10], [0, 1], [1000, 100], [1000, 100])) == pytest.approx([300, 10])
    view = residual([800, 50], [800, 50], [0, 1], [700, 90], [1000, 100], time=60.0)
    assert paid(fund, view) == pytest.approx([0, 20])


notes = st.lists(st.tuples(st.floats(0.0, 50.0), st.integers(-5, 5)), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(notes=notes, window=st.floats(0.0, 200.0), before=st.integers(-5, 5))
def test_rolling_peak_agrees_with_looking_back_over_all_steps(notes: Notes, window: float, before: int) -> None:
    """Each value holds until the next is noted: the highest of all steps that touch the window, by brute force."""
    peak, times, values, key = RollingPeak(), [-np.inf], [float(before)], np.array([7])
    for gap, value in notes:
        now = (times[-1] if len(times) > 1 else 0.0) + gap
        times.append(now)
        values.append(float(value))
        peak.note(now, key, np.array([float(value)]), before=float(before))
        ends = [*times[1:], np.inf]
        seen = [v for v, end in zip(values, ends, strict=True) if end >= now - window]
        assert peak.highest(now - window, key)[0] == max(seen)


def test_rolling_peaks_of_several_series_do_not_mix() -> None:
    peak = RollingPeak()
    peak.note(0.0, np.array([3, 1]), np.array([5.0, 2.0]), before=0.0)
    peak.note(10.0, np.array([1]), np.array([1.0]), before=0.0)
    assert list(peak.highest(5.0, np.array([1, 3]))) == [2, 5]
    assert list(peak.highest(11.0, np.array([1, 3]))) == [1, 5]


def test_latch_keeps_its_state_between_start_and_stop() -> None:
    """Keys 1 and 4; key 4 is not asked about in the second turn and stays on."""
    latch, no, yes = Latch(), np.array([False]), np.array([True])
    assert list(latch.turn(np.array([1, 4]), np.array([False, True]), np.array([False, False]))) == [False, True]
    assert list(latch.turn(np.array([1]), yes, no)) == [True]
    assert list(latch.turn(np.array([4, 1]), np.array([False, False]), np.array([False, True]))) == [True, False]
    assert list(latch.turn(np.array([4]), yes, yes)) == [True]
    assert list(latch.turn(np.array([4]), no, yes)) == [False]


def test_tally_adds_up_per_key() -> None:
    tally = Tally()
    tally.add(np.array([2, 9]), np.array([1.5, 4.0]))
    tally.add(np.array([9]), np.array([0.5]))
    assert list(tally.of(np.array([9, 5, 2]))) == [4.5, 0.0, 1.5]


def test_keys_far_apart_are_remembered_beside_each_other() -> None:
    """An account of number 10^7 is remembered beside another; who was only asked about is not."""
    far = 10**7
    tally, times = Tally(), LastTimes()
    assert tally.of(np.array([], dtype=np.int64)).tolist() == []
    assert times.of(np.array([far, 3])).tolist() == [-np.inf, -np.inf]
    times.note(np.array([far]), 5.0)
    times.note(np.array([3, far]), 7.0)
    assert times.of(np.array([3, far - 1, far])).tolist() == [7.0, -np.inf, 7.0]
    assert tally.raised(np.array([far, 0]), np.array([2.0, 1.0])).tolist() == [2.0, 1.0]
    assert tally.raised(np.array([0, far]), np.array([3.0, 1.0])).tolist() == [3.0, 2.0]
    tally.add(np.array([], dtype=np.int64), np.empty(0))
