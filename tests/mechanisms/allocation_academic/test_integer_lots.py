"""Whole lots: the integer rules against a mixed-integer solver, a linear relaxation and exhaustive search."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lastresort.mechanisms.allocation.fixed_point_integer import FixedPointInteger
from lastresort.mechanisms.allocation.integer_pro_rata import IntegerProRata
from lastresort.mechanisms.allocation.min_max_program import MinMaxProgram
from lastresort.mechanisms.allocation.profit_pro_rata import ProfitProRata
from lastresort.mechanisms.allocation.rounded_profit_pro_rata import RoundedProfitProRata
from lastresort.mechanisms.contract import Floats, LossEvent

Winners = Callable[..., LossEvent]
quick = settings(max_examples=40, deadline=None)
accounts = st.lists(st.tuples(st.integers(1, 12), st.floats(0.5, 50)), min_size=1, max_size=6)


def columns(holders: list[tuple[int, float]]) -> tuple[Floats, Floats]:
    sizes, equities = zip(*holders, strict=True)
    return np.array(sizes, dtype=np.float64), np.array(equities)


def event_of(make: Winners, holders: list[tuple[int, float]], part: float) -> LossEvent:
    """Each account can close its whole position; `part` of all contracts is to be placed."""
    sizes, equities = columns(holders)
    return make(sizes, part * float(sizes.sum()), equity=equities, spendable=sizes)


def min_max(holders: list[tuple[int, float]], lots: float, whole: bool) -> float:
    """Smallest M with sum of k >= lots and k <= M x equity: the program as the paper states it, by HiGHS."""
    sizes, equities = columns(holders)
    n = len(sizes)
    fair = np.column_stack([np.eye(n), -equities])
    budget = np.append(np.ones(n), 0.0)
    goal = np.append(np.zeros(n), 1.0)
    if not whole:
        bounds = [(0, size) for size in sizes] + [(0, None)]
        relaxed = linprog(goal, np.vstack([fair, -budget]), np.append(np.zeros(n), -lots), bounds=bounds)
        return float(np.asarray(relaxed.x, dtype=np.float64)[-1])
    limits = [LinearConstraint(fair, -np.inf, 0), LinearConstraint(budget, lots, np.inf)]
    box = Bounds(np.zeros(n + 1), np.append(sizes, np.inf))
    solved = milp(goal, constraints=limits, bounds=box, integrality=np.append(np.ones(n), 0))
    return float(np.asarray(solved.x, dtype=np.float64)[-1])


@quick
@given(holders=accounts, part=st.floats(0.01, 1.0))
def test_min_max_program_against_a_solver(winners: Winners, holders: list[tuple[int, float]], part: float) -> None:
    event = event_of(winners, holders, part)
    close = MinMaxProgram().allocate(event).close
    lots = np.floor(event.contracts + 1e-9)
    worst = float((close / event.candidates.equity).max())
    assert close.sum() == lots
    assert (close == np.round(close)).all()
    assert worst == pytest.approx(min_max(holders, lots, whole=True), rel=1e-5, abs=1e-9)
    assert worst >= min_max(holders, lots, whole=False) * (1 - 1e-6)


@quick
@given(holders=accounts, part=st.floats(0.01, 1.0))
def test_min_max_program_is_no_worse_than_the_fixed_point(
    winners: Winners, holders: list[tuple[int, float]], part: float
) -> None:
    fixed = FixedPointInteger().allocate(event_of(winners, holders, part)).close
    sizes, equities = columns(holders)
    same = winners(sizes, float(fixed.sum()), equity=equities, spendable=sizes)
    best = MinMaxProgram().allocate(same).close
    assert best.sum() == fixed.sum()
    assert (best / equities).max() <= (fixed / equities).max() * (1 + 1e-12)


def test_min_max_program_by_hand(winners: Winners) -> None:
    """Equities 10, 5, 1: the first seven lots go out at burdens of .1, .2, .2, .3, .4, .4 and .5."""
    event = winners([9, 9, 9], 7.0, equity=[10, 5, 1], spendable=[9, 9, 9])
    assert MinMaxProgram().allocate(event).close == pytest.approx([5, 2, 0])


def test_accounts_without_equity_are_not_in_the_program(winners: Winners) -> None:
    event = winners([9, 9], 12.0, equity=[0, 5], spendable=[9, 9])
    assert MinMaxProgram().allocate(event).close == pytest.approx([0, 9])


def exhaustive(quota: Floats, sizes: Floats, lots: int) -> float:
    """Smallest squared distance to `quota` of any whole allotment of `lots`."""
    every = np.array([k for k in product(*(range(int(size) + 1) for size in sizes)) if sum(k) == lots])
    return float(np.square(every - quota).sum(axis=1).min())


@quick
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4), part=st.floats(0, 1))
def test_integer_pro_rata_against_every_allotment(winners: Winners, sizes: list[int], part: float) -> None:
    event = winners(sizes, part * sum(sizes), equity=[99] * len(sizes))
    close = IntegerProRata().allocate(event).close
    quota, lots = part * np.array(sizes, dtype=np.float64), int(np.floor(event.contracts + 1e-9))
    assert close.sum() == lots
    assert np.square(close - quota).sum() == pytest.approx(exhaustive(quota, np.array(sizes), lots), abs=1e-6)


def test_integer_pro_rata_by_hand(winners: Winners) -> None:
    """Ten lots over 6 : 6 : 3 are quotas 4, 4, 2; eleven are 4.4, 4.4, 2.2, and the first remainder wins."""
    assert IntegerProRata().allocate(winners([6, 6, 3], 10.0)).close == pytest.approx([4, 4, 2])
    assert IntegerProRata().allocate(winners([6, 6, 3], 11.0)).close == pytest.approx([5, 4, 2])


def test_lots_of_another_size(winners: Winners) -> None:
    """Lots of 5: of 37 contracts seven lots go out, 14 : 14 : 9 of them being wanted."""
    event = winners([30, 30, 20], 37.0, lot=5.0, equity=[99, 99, 99])
    for rule in (IntegerProRata(), RoundedProfitProRata()):
        assert rule.allocate(event).close == pytest.approx([15, 10, 10])


@quick
@given(holders=accounts, part=st.floats(0, 1))
def test_rounding_moves_nobody_by_a_whole_lot(winners: Winners, holders: list[tuple[int, float]], part: float) -> None:
    event = event_of(winners, holders, part)
    exact, rounded = (rule.allocate(event).close for rule in (ProfitProRata(), RoundedProfitProRata()))
    assert (np.abs(rounded - exact) < 1).all()
    assert rounded.sum() == np.floor(exact.sum() + 1e-6)


def test_fixed_point_by_hand(winners: Winners) -> None:
    """Quotas of 7 lots over 6 : 5 : 1 are 3.5, 2.9, 0.6: floors give 5; scaled by 8/7, 4.0, 3.3, 0.7 give 7."""
    assert FixedPointInteger().allocate(winners([6, 5, 1], 7.0)).close == pytest.approx([4, 3, 0])


def test_fixed_point_leaves_ties_with_the_engine(winners: Winners) -> None:
    """Three lots over four equal accounts: at any scale all get one or none."""
    assert not FixedPointInteger().allocate(winners([5, 5, 5, 5], 3.0)).close.any()
