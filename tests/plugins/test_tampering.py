"""What a plugin replaces in code that is not its own is found by name; what is added or filled is not."""

import builtins
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import simpy

from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.isolation.tampering import remember
from lastresort.simulation.accounts.books import Books
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.kernels import sums
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.waterfall import demands


def other(*_: Any, **__: Any) -> None:
    """Do nothing, whatever it stands for."""


def with_other_code(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "__code__", other.__code__)


RULES = "lastresort.mechanisms.allocation.queue_adl"
DEMANDS = "lastresort.simulation.waterfall.demands"
LEDGER = "lastresort.simulation.accounts.ledger.Ledger"

BOOKS = "lastresort.simulation.accounts.books.Books"


class Rogue(Books):
    """Comes between the ledger and its books."""


DEEDS: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    (f"{LEDGER}.audit", lambda patch: patch.setattr(Ledger, "audit", other)),
    (f"{LEDGER}.fill", lambda patch: with_other_code(Ledger.fill, patch)),
    (f"{LEDGER}.charge", lambda patch: patch.setattr(Ledger.charge, "__defaults__", (True,))),
    (f"{BOOKS}.losses", lambda patch: patch.delattr(Books, "losses")),
    (f"{DEMANDS}.abs", lambda patch: patch.setattr(demands, "abs", other, raising=False)),
    (f"{RULES}.QueueAdl._close", lambda patch: patch.setattr(QueueAdl, "_close", other)),
    (f"{RULES}.in_order", lambda patch: patch.setattr(f"{RULES}.in_order", other)),
    (f"{DEMANDS}.ROUNDING", lambda patch: patch.setattr(demands, "ROUNDING", 1e9)),
    (f"{DEMANDS}.Demands.ask", lambda patch: patch.delattr(demands.Demands, "ask")),
    (DEMANDS, lambda patch: patch.setitem(sys.modules, DEMANDS, ModuleType(DEMANDS))),
    ("numpy.cumsum", lambda patch: patch.setattr(np, "cumsum", other)),
    ("builtins.sorted", lambda patch: patch.setattr(builtins, "sorted", partial(sorted, reverse=True))),
    ("pandas.DataFrame.sum", lambda patch: patch.setattr(pd.DataFrame, "sum", other)),
    ("simpy.core.Environment.step", lambda patch: with_other_code(simpy.Environment.step, patch)),
]


@pytest.mark.parametrize(("name", "do"), DEEDS, ids=[f"{k}-{name}" for k, (name, _) in enumerate(DEEDS)])
def test_what_was_replaced_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, do: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = remember()
    do(monkeypatch)
    found = before.changes()
    monkeypatch.undo()
    assert name in found
    assert before.changes() == []


def test_another_base_is_seen_too() -> None:
    before, bases = remember(), Ledger.__bases__
    Ledger.__bases__ = (Rogue,)
    found = before.changes()
    Ledger.__bases__ = bases
    assert found == [LEDGER]


def test_a_kernel_is_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(name for name, value in vars(sums).items() if hasattr(value, "py_func"))
    before = remember()
    monkeypatch.setattr(sums, name, other)
    assert before.changes() == [f"{sums.__name__}.{name}"]


def test_what_is_added_is_nobody_s_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    before = remember()
    monkeypatch.setattr(Ledger, "more", other, raising=False)
    monkeypatch.setattr(np, "more", other, raising=False)
    monkeypatch.setitem(sys.modules, "lastresort.more", ModuleType("lastresort.more"))
    assert before.changes() == []


def test_ordinary_work_changes_nothing() -> None:
    """Models are completed, caches fill and libraries load their parts when they are first used."""
    before = remember()
    for rule in list(Catalogue.load().mechanisms.values())[::10]:
        check_mechanism(rule())
    pd.DataFrame({"a": [1.0, 2.0]}).groupby("a").sum().to_json()
    assert RunRecord.__name__ == "RunRecord"
    assert before.changes() == []
