"""Largest remainders against an exhaustive search, and by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.building_blocks.rounding import largest_remainder

quarters = st.integers(0, 24).map(lambda k: k / 4)


def test_hamilton_by_hand() -> None:
    """10 lots wanted as 3.2, 2.7, 4.1: floors give 9, the tenth goes to the remainder 0.7."""
    assert list(largest_remainder(np.array([3.2, 2.7, 4.1]), 1.0, np.full(3, 99.0))) == [3, 3, 4]


def test_a_capacity_passes_its_lot_on() -> None:
    """2.5 and 2.5 make 5 lots; the first has room for 2 only, so the second takes 3."""
    assert list(largest_remainder(np.array([2.5, 2.5]), 1.0, np.array([2.5, 9.0]))) == [2, 3]


def test_lots_other_than_one() -> None:
    """Thirds of 0.5 lots: 1.4, 1.4 and 0.7 contracts are 2.8, 2.8 and 1.4 lots, 7 in all."""
    assert largest_remainder(np.array([1.4, 1.4, 0.7]), 0.5, np.full(3, 9.0)) == pytest.approx([1.5, 1.5, 0.5])


def test_who_wants_nothing_gets_nothing() -> None:
    assert list(largest_remainder(np.array([0.0, 1.9, 1.9]), 1.0, np.array([9.0, 1.0, 1.0]))) == [0, 1, 1]


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(quarters, quarters), min_size=1, max_size=5))
def test_against_every_way_to_round(rows: list[tuple[float, float]]) -> None:
    """Of all ways to round within the capacities: the largest sum not above the wanted one, then the nearest."""
    wanted, capacity = (np.array(column) for column in zip(*rows, strict=True))
    most = np.floor(capacity)
    ways = {
        tuple(np.minimum(choice, most))
        for choice in product(*[(np.floor(w), np.ceil(w)) for w in wanted])
        if np.minimum(choice, most).sum() <= wanted.sum()
    }
    best = min((-sum(way), float(((np.array(way) - wanted) ** 2).sum())) for way in ways)
    rounded = largest_remainder(wanted, 1.0, capacity)
    assert tuple(rounded) in ways
    assert (-rounded.sum(), float(((rounded - wanted) ** 2).sum())) == pytest.approx(best)
