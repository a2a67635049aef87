"""Half of the work in a copy of the process: the same results, whatever becomes of the copy."""

import os
import signal

import numpy as np
import pytest
from tests.books.mixed_book import mixed_book

from lastresort.books import policies_on_book, second_core
from lastresort.books.allocating import Stress
from lastresort.books.policies_on_book import allocations
from lastresort.books.second_core import both_halves
from lastresort.plugins.catalogue import Catalogue

HERE = os.getpid()


def test_results_come_in_the_order_of_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "_has_two", lambda: True)
    for n in range(6):
        assert both_halves(lambda item: item * item, range(n)) == [item * item for item in range(n)]


def ended(item: int) -> int:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_a_copy_that_ends_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "_has_two", lambda: True)
    assert both_halves(ended, range(5)) == list(range(5))


def refusing(item: int) -> int:
    if item == 3:
        raise ValueError("three")
    return item


def test_what_the_copy_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "_has_two", lambda: True)
    with pytest.raises(ValueError, match="three"):
        both_halves(refusing, range(5))


def test_a_second_core_changes_no_bit(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    words, stress = ["queue-adl", "fund+queue-adl", "okx", "profit-pro-rata", "random-lottery"], Stress(fund=20.0)
    alone = allocations(mixed_book(), words, catalogue, stress)
    monkeypatch.setattr(second_core, "_has_two", lambda: True)
    monkeypatch.setattr(policies_on_book, "LARGE", 0)
    both = allocations(mixed_book(), words, catalogue, stress)
    assert both.rows == alone.rows
    for one, other in zip(both.outcomes, alone.outcomes, strict=True):
        assert one.taken is not None
        assert other.taken is not None
        assert np.array_equal(one.taken.loss, other.taken.loss)
    assert both.accounts_csv() == alone.accounts_csv()
