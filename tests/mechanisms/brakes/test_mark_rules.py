"""Marks by hand: smoothed, median, guarded and floored."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.brakes.index_floor import IndexFloor
from lastresort.mechanisms.brakes.median_mark import MedianMark
from lastresort.mechanisms.brakes.oracle_guard import OracleGuard
from lastresort.mechanisms.brakes.smoothed_mark import SmoothedMark
from lastresort.mechanisms.contract import PriceView
from lastresort.plugins.testing.builders import price_view

Feeds = Callable[..., PriceView]


def test_the_mark_follows_the_book_in_thirty_seconds(feeds: Feeds) -> None:
    """Deribit: index + 30-second average of (fair - index): after 30 s of a step to 95, 1 - 1/e of the 5."""
    rule = SmoothedMark()
    rule.set_prices(feeds(0, [100.0]))
    for second in range(1, 31):
        said = rule.set_prices(feeds(second, [100.0], mid=[95.0]))
    assert said.trigger[0] == pytest.approx(100 - 5 * (1 - 1 / math.e))
    assert list(said.trigger) == list(said.valuation) == list(said.settlement)


def test_the_index_moves_the_mark_at_once(feeds: Feeds) -> None:
    rule = SmoothedMark()
    rule.set_prices(feeds(0, [100.0], mid=[99.0]))
    assert rule.set_prices(feeds(1, [90.0], mid=[89.0])).trigger[0] == pytest.approx(89.0)


@pytest.mark.parametrize(("mid", "mark"), [(80.0, 90.0), (120.0, 110.0), (91.0, 91.0)])
def test_the_mark_stays_within_ten_per_cent_of_the_index(feeds: Feeds, mid: float, mark: float) -> None:
    assert SmoothedMark().set_prices(feeds(0, [100.0], mid=[mid])).trigger[0] == pytest.approx(mark)


def test_one_wild_price_does_not_move_the_median(feeds: Feeds) -> None:
    """The book falls to a tenth for a second: the mark moves by the little that the average moved."""
    rule = MedianMark(constant=150)
    rule.set_prices(feeds(0, [100.0]))
    mark = rule.set_prices(feeds(1, [100.0], mid=[10.0])).trigger[0]
    assert mark == pytest.approx(100 - 90 * (1 - math.exp(-1 / 150)))
    assert rule.set_prices(feeds(2, [100.0], mid=[105.0])).trigger[0] == 100.0, "below, index and above: the index"


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)), min_size=1, max_size=20))
def test_the_median_lies_between_book_and_index(path: list[tuple[float, float]]) -> None:
    rule, one = MedianMark(), np.ones(1)
    for second, (mid, index) in enumerate(path):
        view = price_view(float(second), index * one, mid=mid * one, mark=one, previous_mark=one)
        assert min(mid, index) <= rule.set_prices(view).trigger[0] <= max(mid, index)


def test_the_mark_moves_one_per_cent_per_update(feeds: Feeds) -> None:
    """Hyperliquid's builder markets: 1 % per update, 2.5 s apart; the mark falls by a fifth and is followed slowly."""
    rule = OracleGuard()
    rule.set_prices(feeds(0, [1.0]))
    marks = [rule.set_prices(feeds(second, [1.0], mark=[0.8])).trigger[0] for second in range(1, 7)]
    assert marks == pytest.approx([1, 1, 0.99, 0.99, 0.99, 0.99**2])


def test_a_long_tick_holds_several_updates(feeds: Feeds) -> None:
    rule = OracleGuard()
    rule.set_prices(feeds(0, [1.0, 1.0]))
    said = rule.set_prices(feeds(30, [1.0, 1.0], mark=[0.5, 0.95]))
    assert said.trigger == pytest.approx([0.99**12, 0.95])


@pytest.mark.parametrize(("index", "mark"), [(0.55, 0.55), (0.45, 1.0), (1.45, 1.45), (1.55, 1.0)])
def test_an_index_far_from_its_average_is_held(feeds: Feeds, index: float, mark: float) -> None:
    """Drift: an oracle more than 50 % from its five-minute average is invalid; the last valid index stays."""
    rule = OracleGuard(move=0.9)
    for second in range(0, 301, 3):
        rule.set_prices(feeds(second, [1.0]))
    said = rule.set_prices(feeds(304, [index], mark=[index]))
    assert said.trigger[0] == pytest.approx(mark)


def test_a_lasting_index_is_believed_in_the_end(feeds: Feeds) -> None:
    """At 0.45 the average passes 0.90, of which 0.45 is half, after 300 x 0.10 / 0.55 = 54.5 seconds."""
    rule = OracleGuard(move=0.9)
    for second in range(0, 301):
        rule.set_prices(feeds(second, [1.0]))
    marks = [rule.set_prices(feeds(second, [0.45])).trigger[0] for second in range(301, 361)]
    believed = 301 + next(k for k, mark in enumerate(marks) if mark < 0.5)
    assert 354 <= believed <= 358


def test_marks_do_not_fall_below_the_floor(feeds: Feeds) -> None:
    rule = IndexFloor(floor=0.9)
    for second in range(0, 3601, 30):
        assert rule.set_prices(feeds(second, [1.0, 1.0])) is None
    said = rule.set_prices(feeds(3601, [0.8, 1.0], mark=[0.8, 1.0]))
    assert said is not None
    average = 1 - 0.2 / 3601
    assert said.trigger == pytest.approx([0.9 * average, 1.0], rel=1e-5)
    assert list(said.valuation) == list(said.trigger)
    assert list(said.settlement) == [0.8, 1.0]


def test_the_floor_falls_with_the_average(feeds: Feeds) -> None:
    """An hour after a fall by a fifth the average is the new price, and nothing is below the floor."""
    rule = IndexFloor()
    rule.set_prices(feeds(0, [1.0]))
    answers = [rule.set_prices(feeds(second, [0.8])) for second in range(30, 3691, 30)]
    assert answers[-1] is None
