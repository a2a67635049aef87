"""Averages over the next minutes of trading, against the same averages taken the long way."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.recording.column_families import WINDOWS
from lastresort.simulation.recording.mid_windows import MidWindows
from lastresort.simulation.universe import Universe

INDEX = np.array([5.0, 6.0, 7.0, 8.0])


def at(value: float) -> Floats:
    """The same in every book."""
    return np.full((2, 4), value)


def begin(windows: MidWindows, venue: int, market: int) -> int:
    """The moment of one book."""
    (moment,) = windows.begin(np.array([venue]), np.array([market]))
    return int(moment)


@pytest.fixture
def windows(universe: Universe) -> MidWindows:
    """The windows of a run that is about to begin."""
    return MidWindows(universe)


def test_half_a_minute_at_one_price_and_half_at_another(windows: MidWindows) -> None:
    """Before the moment the price was 9, which does not count; after the minute it is 4."""
    windows.hold(at(9.0), at(1.0), 100.0)
    moment = begin(windows, 1, 2)
    for price, seconds in ((1.0, 30.0), (2.0, 30.0), (4.0, 120.0)):
        windows.hold(at(price), at(1.0), seconds)
    minute, three, five, *_ = windows.averages(INDEX)[moment]
    assert minute == pytest.approx(1.5)
    assert three == pytest.approx((30 * 1 + 30 * 2 + 120 * 4) / 180)
    assert five == pytest.approx(three), "it never filled: the average of what there was"
    assert windows.open


def test_a_window_may_close_in_the_middle_of_a_tick(windows: MidWindows) -> None:
    moment = begin(windows, 0, 0)
    windows.hold(at(1.0), at(1.0), 50.0)
    windows.hold(at(3.0), at(1.0), 1800.0)
    assert windows.averages(INDEX)[moment, 0] == pytest.approx((50 * 1 + 10 * 3) / 60)
    assert not windows.open


def test_a_halt_does_not_count(windows: MidWindows) -> None:
    moment = begin(windows, 0, 1)
    for trading, price in ((1.0, 1.0), (0.0, 100.0), (1.0, 2.0)):
        windows.hold(at(price), at(trading), 30.0)
    assert windows.averages(INDEX)[moment, 0] == pytest.approx(1.5)


def test_a_market_that_never_trades_again_is_worth_its_index(windows: MidWindows) -> None:
    moment = begin(windows, 1, 3)
    windows.hold(at(100.0), at(0.0), 1800.0)
    assert windows.averages(INDEX)[moment].tolist() == [8.0] * 5


def test_what_happens_at_one_time_in_one_book_is_one_moment(windows: MidWindows) -> None:
    first = begin(windows, 0, 0)
    assert (begin(windows, 0, 0), begin(windows, 1, 0)) == (first, first + 1)
    windows.hold(at(1.0), at(1.0), 5.0)
    assert begin(windows, 0, 0) == first + 2


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_windows_are_averages_of_the_path(make_universe: Callable[..., Universe], data: st.DataObject) -> None:
    """Steps of any length, halts, moments in any book: against the mids of every tenth of a second."""
    windows, rng = MidWindows(make_universe()), np.random.default_rng(data.draw(st.integers(0, 2**32)))
    steps = data.draw(st.integers(1, 60))
    lengths = rng.integers(1, 900, steps)  # tenths of a second
    mids, trading = np.exp(rng.normal(0, 0.3, (steps, 2, 4))), (rng.random((steps, 2, 4)) < 0.8).astype(float)
    moments = []
    for k in range(steps):
        if rng.random() < 0.5:
            book = int(rng.integers(2)), int(rng.integers(4))
            moments.append((begin(windows, *book), k, book))
        windows.hold(mids[k], trading[k], 0.1 * lengths[k])
    average = windows.averages(INDEX)
    for moment, k, (v, m) in moments:
        traded = np.repeat(mids[k:, v, m], lengths[k:])[np.repeat(trading[k:, v, m], lengths[k:]) > 0]
        for w, seconds in enumerate(WINDOWS.values()):
            seen = traded[: int(10 * seconds)]
            assert average[moment, w] == pytest.approx(seen.mean() if len(seen) else INDEX[m], rel=1e-9)


def test_books_may_begin_together(windows: MidWindows, universe: Universe) -> None:
    """More of them than there is room for at once, some of them twice, and the same moments as one by one."""
    alone, rng = MidWindows(universe), np.random.default_rng(3)
    for _ in range(30):
        price, trading, dt = (
            rng.uniform(1, 2, (2, 4)),
            (rng.random((2, 4)) > 0.3).astype(np.float64),
            rng.uniform(1, 90),
        )
        venue, market = rng.integers(0, 2, 20), rng.integers(0, 4, 20)
        together = windows.begin(venue, market)
        assert together.tolist() == [begin(alone, int(v), int(m)) for v, m in zip(venue, market, strict=True)]
        assert len(np.unique(together)) == len(np.unique(venue * 4 + market))
        windows.hold(price, trading, dt)
        alone.hold(price, trading, dt)
    np.testing.assert_array_equal(windows.averages(INDEX), alone.averages(INDEX))
