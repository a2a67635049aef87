"""Sums over resamples: exact, and the same bits whatever else is summed."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics.resampling import RESAMPLES, resample_counts, resamples
from lastresort.scores.statistics.sums import counted_sums, totals

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)
ROWS = arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 60)), elements=NUMBERS)


@given(ROWS)
@settings(max_examples=12, deadline=None)
def test_sums_are_those_of_fractions(rows: Floats) -> None:
    counts = resample_counts(rows.shape[1])[:, :5]
    found = counted_sums(counts, rows)
    for row, own in zip(rows, found, strict=True):
        exact = [sum(Fraction(x) * int(count) for x, count in zip(row, column, strict=True)) for column in counts.T]
        unit = np.abs(row).max() * rows.shape[1] ** 2 * 2.0**-52  # every number of a resample off by half a unit
        assert all(abs(one - float(other)) <= unit for one, other in zip(own, exact, strict=True))


@given(ROWS, st.data())
@settings(max_examples=25, deadline=None)
def test_a_row_has_the_same_bits_alone_and_among_others(rows: Floats, data: st.DataObject) -> None:
    counts = resample_counts(rows.shape[1])
    place = data.draw(st.integers(0, len(rows) - 1))
    together = counted_sums(counts, rows)
    assert np.array_equal(together[place], counted_sums(counts, rows[place : place + 1])[0])
    order = data.draw(st.permutations(range(rows.shape[1])))
    assert np.array_equal(together, counted_sums(np.ascontiguousarray(counts[order]), rows[:, order]))


def test_what_is_not_finite_stays_in_its_row() -> None:
    rows = np.array([[1.0, np.nan], [np.inf, 1.0], [1.0, 2.0], [0.0, 0.0]])
    found = counted_sums(np.ones((2, 1)), rows)[:, 0]
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [3.0, 0.0]
    assert [math.isnan(total) for total in totals(rows)] == [True, True, False, False]


def test_counts_are_those_of_the_resamples() -> None:
    counts, places = resample_counts(7), resamples(7)
    assert counts.shape == (7, RESAMPLES)
    assert all(counts[:, row].tolist() == np.bincount(places[row], minlength=7).tolist() for row in range(100))


def test_resamples_are_always_the_same_and_differ_by_name_and_block() -> None:
    assert np.array_equal(resamples(5), resamples(5))
    assert np.array_equal(resamples(5, "crash"), resamples(5, "crash"))
    others = [resamples(5), resamples(5, "crash"), resamples(5, block=1), resamples(5, "calm")]
    assert len({other.tobytes() for other in others}) == len(others)
