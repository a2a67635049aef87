"""The least possible overlap, against every way of closing the contracts and against a solver."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from lastresort.books.replaying.least_overlap import least_overlap
from lastresort.mechanisms.contract import Floats

SMALL = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5).filter(
    lambda pairs: any(done for done, _ in pairs)
)


def tried(position: Floats, production: Floats) -> float:
    """The least over every way in whole contracts, which are corners of all ways where the numbers are whole."""
    total = production.sum()
    ways = product(*(range(int(most) + 1) for most in position))
    return min(float(np.minimum(way, production).sum() / total) for way in ways if sum(way) == total)


def solved(position: Floats, production: Floats) -> float:
    """The least as a mixed-integer program finds it: an account that is closed beyond production is full up to it."""
    count, total = len(position), production.sum()
    beyond = np.hstack([np.zeros((count, count)), np.eye(count), -np.diag((position - production) / total)])
    full = np.hstack([np.eye(count), np.zeros((count, count)), -np.diag(production / total)])
    every = np.concatenate([np.ones(2 * count), np.zeros(count)])
    result = milp(
        np.concatenate([np.ones(count), np.zeros(2 * count)]),
        integrality=np.concatenate([np.zeros(2 * count), np.ones(count)]),
        bounds=Bounds(0, np.concatenate([production / total, np.full(count, np.inf), np.ones(count)])),
        constraints=[LinearConstraint(beyond, ub=0), LinearConstraint(full, lb=0), LinearConstraint(every, 1, 1)],
        options={"mip_rel_gap": 0},
    )
    assert result.fun is not None
    return float(result.fun)


def columns(pairs: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    production = np.array([done for done, _ in pairs], dtype=float)
    return production + [more for _, more in pairs], production


def test_the_worked_example() -> None:
    found = least_overlap(np.array([10.0, 1.0]), np.array([7.0, 1.0]))
    assert (found.share, found.exact) == (0.875, True)


def test_no_freedom_where_every_position_was_closed() -> None:
    found = least_overlap(np.array([3.0, 2.0]), np.array([3.0, 2.0]))
    assert (found.share, found.exact) == (1.0, True)


def test_nothing_in_common_where_others_could_take_all() -> None:
    found = least_overlap(np.array([3.0, 9.0]), np.array([3.0, 0.0]))
    assert (found.share, found.exact) == (0.0, True)


@given(SMALL)
def test_no_way_of_closing_has_less(pairs: list[tuple[int, int]]) -> None:
    position, production = columns(pairs)
    found = least_overlap(position, production)
    assert found.exact
    assert found.share == pytest.approx(tried(position, production), abs=1e-9)


@given(SMALL)
def test_what_is_not_finished_is_still_a_bound(pairs: list[tuple[int, int]]) -> None:
    position, production = columns(pairs)
    found = least_overlap(position, production, most_states=0)
    least = tried(position, production)
    assert found.share - 1e-9 <= least <= found.reached + 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_a_solver_agrees_on_larger_waves(seed: int) -> None:
    draw = np.random.default_rng(seed)
    position = draw.lognormal(0, 1.5, 60)
    production = position * draw.random(60)
    found = least_overlap(position, production)
    assert found.exact
    assert found.share == pytest.approx(solved(position, production), abs=2e-6)


@pytest.mark.parametrize("count", [300, 3_000])
def test_a_wave_of_many_accounts_is_bounded_closely(count: int) -> None:
    draw = np.random.default_rng(count)
    position = draw.lognormal(0, 2, count)
    production = position * draw.random(count)
    found = least_overlap(position, production)
    assert found.share <= found.reached <= found.share + 1e-3
