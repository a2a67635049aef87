"""Sorted trigger lists against a scan of every account."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.triggers import TriggerLists

FIRST = np.array([0, 6, 6, 15, 20])
BOOK = np.array([0] * 6 + [2] * 9 + [3] * 5)


class Scan:
    """The same questions answered by looking at everybody."""

    def __init__(self) -> None:
        self.down, self.up = np.full(20, -np.inf), np.full(20, np.inf)
        self.again = np.zeros(20, dtype=bool)

    def place(self, ids: Ints, down: Floats, up: Floats) -> None:
        self.down[ids], self.up[ids] = down, up

    def reached(self, mark: Floats, awake: Bools) -> Ints:
        at = mark[BOOK]
        found = ((at <= self.down) | (at >= self.up) | self.again) & awake[BOOK]
        self.again &= ~found
        return np.flatnonzero(found)


def some_triggers(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Coarse prices, so that ties occur, and some that are never reached."""
    down, up = np.round(rng.uniform(0.5, 1.05, n), 2), np.round(rng.uniform(0.95, 1.5, n), 2)
    return np.where(rng.random(n) < 0.3, -np.inf, down), np.where(rng.random(n) < 0.3, np.inf, up)


@given(st.integers(0, 2**32 - 1), st.floats(0.001, 0.1), st.booleans())
def test_hits_are_those_of_a_scan_at_every_step(seed: int, move: float, sorted_first: bool) -> None:
    rng = np.random.default_rng(seed)
    lists, scan = TriggerLists(FIRST), Scan()
    everybody = np.arange(20)
    start = some_triggers(rng, 20)
    for one in (lists, scan):
        one.place(everybody, *start)
    if sorted_first:
        lists.rebuild_all()
    mark = np.ones(4)
    for _ in range(40):
        mark = np.round(mark * np.exp(move * rng.standard_normal(4)), 2)
        awake = rng.random(4) < 0.8
        hits = lists.reached(mark, awake)
        assert np.array_equal(hits, scan.reached(mark, awake))
        stay = rng.random(len(hits)) < 0.4
        lists.keep_watching(hits[stay])
        scan.again[hits[stay]] = True
        others = everybody[rng.random(20) < 0.15]
        placed = np.union1d(hits[~stay], others[~np.isin(others, hits[stay])])
        triggers = some_triggers(rng, len(placed))
        same = (triggers[0] == scan.down[placed]) & (triggers[1] == scan.up[placed])
        for one in (lists, scan):
            one.place(placed, *triggers)
        lists.watch_anew(placed[same | np.isin(placed, hits)])


def test_an_account_that_was_reached_is_not_reached_again_by_itself() -> None:
    lists = TriggerLists(np.array([0, 3]))
    lists.place(np.arange(3), np.array([0.9, 0.8, 0.7]), np.full(3, np.inf))
    lists.rebuild_all()
    awake = np.ones(1, dtype=bool)
    assert lists.reached(np.array([0.85]), awake).tolist() == [0]
    assert lists.reached(np.array([0.80]), awake).tolist() == [1]
    assert lists.reached(np.array([0.75]), awake).tolist() == []


def test_who_is_as_before_is_looked_at_again_wherever_the_mark_is() -> None:
    lists = TriggerLists(np.array([0, 3]))
    lists.place(np.arange(3), np.array([0.9, 0.8, 0.7]), np.full(3, np.inf))
    lists.rebuild_all()
    awake = np.ones(1, dtype=bool)
    assert lists.reached(np.array([0.75]), awake).tolist() == [0, 1]
    lists.keep_watching(np.array([1]))
    assert lists.reached(np.array([0.95]), ~awake).tolist() == []
    assert lists.reached(np.array([0.95]), awake).tolist() == [1], "not in a sleeping book, and once"
    assert lists.reached(np.array([0.95]), awake).tolist() == []


def test_who_is_watched_anew_is_reached_once_the_mark_is_at_its_trigger() -> None:
    lists = TriggerLists(np.array([0, 3]))
    lists.place(np.arange(3), np.array([0.9, 0.8, -np.inf]), np.array([np.inf, np.inf, 1.2]))
    lists.rebuild_all()
    awake = np.ones(1, dtype=bool)
    assert lists.reached(np.array([0.75]), awake).tolist() == [0, 1]
    lists.watch_anew(np.array([1]))
    assert lists.reached(np.array([0.95]), awake).tolist() == []
    assert 1 in lists.reached(np.array([0.79]), awake)
    assert lists.reached(np.array([1.3]), awake).tolist() == [2]
    lists.watch_anew(np.array([2]))
    assert lists.reached(np.array([1.1]), awake).tolist() == []
    assert lists.reached(np.array([1.2]), awake).tolist() == [2]


def test_a_sleeping_book_reports_its_hits_when_it_wakes() -> None:
    lists = TriggerLists(np.array([0, 1, 2]))
    lists.place(np.arange(2), np.array([0.9, 0.9]), np.full(2, np.inf))
    lists.rebuild_all()
    assert lists.reached(np.array([0.8, 0.8]), np.array([True, False])).tolist() == [0]
    assert lists.reached(np.array([0.8, 0.8]), np.array([True, True])).tolist() == [1]
