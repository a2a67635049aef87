"""What an account takes in memory: narrow numbers, pages of their own, and nothing kept that no table needs."""

import mmap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.simulation.accounts.demand_zeros import demand_zeros, own_pages, sparse_copy
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.accounts.triggers import TriggerLists
from lastresort.simulation.run import Run

ISOLATED, LISTS = 146, 24
"""Bytes of columns that an isolated account may take, of those most of which stay zero none, and in trigger lists."""


def columns(thing: object) -> Iterator[np.ndarray[Any, Any]]:
    for value in vars(thing).values():
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, np.ndarray))


def backed(column: np.ndarray[Any, Any]) -> bool:
    """Whether a column lies in pages of its own."""
    base: Any = column
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, (memoryview, mmap.mmap))


@pytest.mark.parametrize("shape", [(0,), (5,), (3, 4)])
def test_demand_zeros_are_usual_columns(shape: tuple[int, ...]) -> None:
    zeros = demand_zeros(*shape)
    assert (zeros.shape, zeros.dtype.name) == (shape, "float64")
    assert not zeros.any()
    zeros += 1.0
    assert zeros.sum() == np.prod(shape)
    assert backed(zeros) == (zeros.size > 0)


def test_own_pages_hold_a_copy() -> None:
    column = np.array([1.0, np.nan, -np.inf])
    mine = own_pages(column)
    column[:] = 0
    np.testing.assert_array_equal(mine, [1.0, np.nan, -np.inf])


def test_a_sparse_copy_holds_what_is_not_zero() -> None:
    column = np.array([0.0, 2.0, np.nan, 0.0])
    copy = sparse_copy(column)
    column[:] = 1
    np.testing.assert_array_equal(copy, [0.0, 2.0, np.nan, 0.0])
    assert backed(copy)


def test_narrow_numbers_are_the_same_numbers() -> None:
    wide = np.array([0, 7, 2**31 - 1])
    assert (narrow(wide).tolist(), narrow(wide).dtype.name) == (wide.tolist(), "int32")
    assert narrow(narrow(wide)) is not wide
    assert (narrow(wide)[1:] + wide[1:]).dtype == np.int64, "with wider numbers it is as wide as those"


def test_an_isolated_account_is_narrow(ledger: Ledger) -> None:
    isolated, n = ledger.isolated, len(ledger.isolated.book)
    types = [getattr(isolated, name).dtype for name in ("cell", "cohort", "owner")]
    assert types == [np.int32, np.int8, np.int32]
    assert all(backed(getattr(isolated, name)) for name in ("orphan", "sellable", "spot_cash", "opened", "broken_at"))
    taken = {id(column): column.nbytes for column in columns(isolated) if column.shape == (n,)}
    assert sum(taken.values()) <= ISOLATED * n
    kept = [column for column in columns(isolated.triggers) if column.shape == (n,)]
    assert sum(column.nbytes for column in kept) == LISTS * n, "two trigger prices, two places in a list"


def test_a_book_is_found_by_where_it_begins() -> None:
    """The empty ones between, at the beginning and at the end have no accounts."""
    lists = TriggerLists(np.array([0, 0, 2, 2, 3, 3]))
    lists.place(np.array([2, 0]), np.array([5.0, 3.0]), np.full(2, np.inf))
    awake = np.array([False, True, False, True, False])
    assert lists.reached(np.full(5, 4.0), awake).tolist() == [2]
    assert lists.reached(np.full(5, 3.0), awake).tolist() == [0]


def test_the_record_of_a_released_run_is_the_same(standing: Callable[..., Run]) -> None:
    kept, released = standing(), standing()
    for run in (kept, released):
        run.go()
    released.release()
    assert not {"cash", "quantity", "triggers"} & set(vars(released.ledger.isolated))
    one, other = kept.record("").to_pandas(), released.record("").to_pandas()
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name])
