"""Rolling windows against closed forms and against a second way of counting."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.brakes.rolling import ExponentialAverage, RollingExtremes, TimeAverage
from lastresort.mechanisms.brakes.tiers import by_tier

paths = st.lists(st.tuples(st.integers(1, 40), st.floats(0.5, 2.0)), min_size=1, max_size=40)


def test_a_value_stands_for_the_time_since_the_one_before() -> None:
    average = TimeAverage()
    assert average.add(0, np.array([7.0]), window=100)[0] == 7, "no time has passed: the value itself"
    assert average.add(10, np.array([1.0]), window=100)[0] == 1
    assert average.add(40, np.array([2.0]), window=100)[0] == pytest.approx((10 * 1 + 30 * 2) / 40)


def test_what_is_older_than_the_window_no_longer_counts() -> None:
    average = TimeAverage()
    for time, value in [(0, 1.0), (100, 1.0), (200, 5.0)]:
        mean = average.add(time, np.array([value]), window=100)
    assert mean[0] == pytest.approx(5.0)


def test_a_row_that_restarts_forgets_and_the_others_remember() -> None:
    average = TimeAverage()
    average.add(0, np.array([1.0, 1.0]), 100)
    mean = average.add(10, np.array([2.0, 2.0]), 100, restart=np.array([True, False]))
    assert list(mean) == [2.0, 2.0]
    mean = average.add(20, np.array([4.0, 4.0]), 100)
    assert mean == pytest.approx([4.0, 3.0])


@given(paths)
def test_time_average_equals_the_sum_over_seconds(path: list[tuple[int, float]]) -> None:
    """Where steps are whole seconds, the mean is that of one value per second, over as many seconds as are kept."""
    average, seconds, times, now = TimeAverage(), [], [0], 0
    average.add(0, np.ones(1), 60)
    for dt, value in path:
        now += dt
        seconds += [value] * dt
        times.append(now)
        mean = average.add(now, np.array([value]), 60)
    start = max([time for time in times if time <= now - 60], default=0)
    assert mean[0] == pytest.approx(float(np.mean(seconds[start:])))


@given(paths)
def test_extremes_equal_those_of_all_samples_in_the_window(path: list[tuple[int, float]]) -> None:
    extremes, seen, now = RollingExtremes(), [], 0
    for dt, value in path:
        now += dt
        seen.append((now, value))
        extremes.add(now, np.array([value]), window=60, sample=0)
    inside = [value for time, value in seen if time >= now - 60]
    assert extremes.high[0] == max(inside)
    assert extremes.low[0] == min(inside)


@given(st.lists(st.tuples(st.integers(1, 20), st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 20))))
def test_rows_that_start_afresh_forget_what_was_before(path: list[tuple[int, list[int], int]]) -> None:
    """At times one row of three starts afresh, now or a little later."""
    extremes, seen, since, now = RollingExtremes(), [], [-math.inf] * 3, 0
    for dt, values, chance in path:
        now += dt
        seen.append((now, values))
        extremes.add(now, np.array(values, dtype=np.float64), window=60, sample=0)
        for row in range(3):
            inside = [v[row] for time, v in seen if time >= now - 60 and time >= since[row]]
            assert extremes.high[row] == max(inside, default=-math.inf)
            assert extremes.low[row] == min(inside, default=math.inf)
        if chance < 3:
            since[chance] = now + 5 * (chance + 1)
            extremes.restart(np.arange(3) == chance, since[chance])


def test_exponential_average_of_a_step() -> None:
    """One time constant after a step from 0 to 1 it has reached 1 - 1/e, in one tick or in many."""
    coarse, fine = ExponentialAverage(), ExponentialAverage()
    for average in (coarse, fine):
        assert average.add(0, np.zeros(1), 30)[0] == 0
    for second in range(1, 31):
        steps = fine.add(second, np.ones(1), 30)
    assert coarse.add(30, np.ones(1), 30)[0] == pytest.approx(1 - 1 / math.e)
    assert steps[0] == pytest.approx(1 - 1 / math.e)


def test_tiers_begin_where_they_say() -> None:
    assert list(by_tier((0.05, 0.10, 0.20), (2, 4), 6)) == [0.05, 0.05, 0.10, 0.10, 0.20, 0.20]
    assert list(by_tier((0.05,), (2, 4), 6)) == [0.05] * 6, "one number for all"
    assert list(by_tier((0.05, 0.10, 0.20), (2, 8), 1)) == [0.05]
