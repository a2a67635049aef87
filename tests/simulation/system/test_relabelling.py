"""The order in which venues, markets and accounts are listed changes nothing beyond rounding.

The first market stays first: its volatility is the common one. Long/short pairs are left out where markets move: they
pick their legs in the order of the list. Winners are closed pro rata: in a queue the makers of a venue, all equally
levered, tie, and the last digit decides who is first.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.accounts.population import CrossDraw, IsolatedDraw, draw_population
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe

ROUNDING = 1e-7
"""Of the largest entry of a column: sums in another order differ in the last digits, which a crash amplifies."""
UNPAIRED: dict[str, Any] = {"desks": {"pairs": 0.0}}


def assert_same_books(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Compare two `books` tables row by name, whatever their order."""
    ours, theirs = (books.set_index(["venue", "market"]).sort_index().drop(columns="tier") for books in (one, other))
    scale = np.maximum(ours.abs().max(), 1.0)
    assert ((ours - theirs).abs() / scale).max().max() < ROUNDING


def test_venues_may_be_listed_in_any_order(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    scenario = crash()
    turned = scenario.model_copy(update={"venues": scenario.venues[::-1]})
    one, other = play(scenario, "fund+pro-rata-adl"), play(turned, "fund+pro-rata-adl")
    assert one.books["deleveraged"].sum() > 0
    assert_same_books(one.books, other.books)


def test_markets_may_be_listed_in_any_order(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    scenario = crash(UNPAIRED)
    btc, eth, large, small = scenario.groups
    turned = scenario.model_copy(update={"groups": (btc, small, eth, large)})
    one, other = play(scenario, "fund+pro-rata-adl"), play(turned, "fund+pro-rata-adl")
    assert_same_books(one.books, other.books)


@pytest.mark.parametrize("policy", ["fund+queue-adl", "fund+pro-rata-adl"])
def test_accounts_may_be_listed_in_any_order(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    scenario = crash()
    one = start(scenario, policy)
    monkeypatch.setattr("lastresort.simulation.run.draw_population", _draw_shuffled)
    other = start(scenario, policy)
    one.go()
    other.go()
    assert not np.array_equal(one.ledger.isolated.base_rate, other.ledger.isolated.base_rate), "the order did change"
    assert_same_books(one.record(policy).books, other.record(policy).books)


def _draw_shuffled(universe: Universe, seed: int) -> tuple[IsolatedDraw, CrossDraw]:
    """The usual population with isolated accounts shuffled inside each book and cohort."""
    isolated, cross = draw_population(universe, seed)
    order = np.lexsort((np.random.default_rng(5).random(len(isolated.book)), isolated.cohort, isolated.book))
    return replace(isolated, **{f.name: getattr(isolated, f.name)[order] for f in fields(isolated)}), cross
