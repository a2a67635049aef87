"""When the waterfall is asked about a book: at once, after a wait, periodically, and not in a halt."""

from collections.abc import Callable

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.contract import Bools
from lastresort.simulation.waterfall.asking_times import AskingTimes

OPEN = np.ones((2, 3), dtype=bool)


class Asking:
    """Two venues and three markets; the first venue waits for nothing, the second one for 5 s."""

    def __init__(self, period: float) -> None:
        self.env = simpy.Environment()
        self.times = AskingTimes(self.env, np.array([0.0, 5.0]), (2, 3), period)

    def note(self, *books: tuple[int, int]) -> None:
        venue, market = np.array(books).T
        self.times.note(venue, market)

    def at(self, now: float, trading: Bools = OPEN) -> list[list[int]]:
        """The books asked about at a time."""
        if now > self.env.now:
            self.env.run(until=now)
        found: list[list[int]] = np.argwhere(self.times.take(now, trading)).tolist()
        return found


@pytest.fixture
def asking() -> Callable[..., Asking]:
    """By default the periodic question has just been asked and comes again in a million seconds."""

    def build(period: float = 1e6) -> Asking:
        one = Asking(period)
        assert len(one.at(0.0)) == 6
        return one

    return build


def test_without_a_wait_the_waterfall_is_asked_in_the_same_tick(asking: Callable[..., Asking]) -> None:
    one = asking()
    one.note((0, 1))
    assert one.at(0.0) == [[0, 1]]
    assert one.at(1.0) == [], "once"


def test_a_wait_ends_at_its_own_time_and_takes_later_takeovers_along(asking: Callable[..., Asking]) -> None:
    one = asking()
    one.at(1.0)
    one.note((1, 2))
    assert one.at(4.0) == []
    one.note((1, 2))
    assert one.at(5.9) == []
    assert one.at(6.1) == [[1, 2]], "5 s after the first takeover"
    assert one.at(12.0) == []
    one.note((1, 2))
    assert one.at(17.1) == [[1, 2]], "and anew after that"


def test_a_halted_book_is_asked_about_when_it_trades_again(asking: Callable[..., Asking]) -> None:
    one = asking()
    closed = OPEN.copy()
    closed[0, 1] = closed[1, 1] = False
    one.note((0, 0), (0, 1), (1, 1))
    assert one.at(0.0, closed) == [[0, 0]]
    assert one.at(20.0, closed) == []
    assert one.at(21.0) == [[0, 1], [1, 1]]
    assert one.at(22.0) == []


def test_every_few_seconds_all_books_are_asked_about_but_those_that_wait(asking: Callable[..., Asking]) -> None:
    one = asking(period=10.0)
    assert one.at(9.9) == []
    one.note((1, 0))
    assert one.at(10.0) == [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2]]
    assert one.at(15.0) == [[1, 0]]
    assert one.at(19.0) == []
    assert len(one.at(20.0)) == 6
