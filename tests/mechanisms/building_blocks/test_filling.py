"""Ways to split an amount: textbook claims problems, a numerical optimiser, and properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from lastresort.mechanisms.building_blocks.filling import (
    drain,
    equal_awards,
    equal_losses,
    in_order,
    in_proportion,
    water_fill,
)
from lastresort.mechanisms.contract import Floats

amounts = st.floats(0, 1e6)
rows = st.lists(st.tuples(amounts, st.floats(1e-3, 1e3)), min_size=1, max_size=8)
quick = settings(max_examples=100, deadline=None)


def columns_of(holders: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    capacity, weight = (np.array(column) for column in zip(*holders, strict=True))
    return capacity, weight


# Claims of 100, 200 and 300 on 100, 200 and 300, as in Aumann and Maschler (1985). Equal awards: a third each while the
# smallest claim allows it. Equal losses: (300 - l) = 100 gives l = 200; (200 - l) + (300 - l) = 200 gives l = 150;
# (200 - l) + (300 - l) = 300 gives l = 100, where the smallest claim is just gone.
@pytest.mark.parametrize(
    ("estate", "awards", "after_losses"),
    [
        (100, [100 / 3] * 3, [0, 0, 100]),
        (200, [200 / 3] * 3, [0, 50, 150]),
        (300, [100] * 3, [0, 100, 200]),
        (450, [100, 175, 175], [50, 150, 250]),
        (600, [100, 200, 300], [100, 200, 300]),
        (900, [100, 200, 300], [100, 200, 300]),
        (0, [0, 0, 0], [0, 0, 0]),
    ],
)
def test_claims_problems(estate: float, awards: list[float], after_losses: list[float]) -> None:
    claims = np.array([100.0, 200.0, 300.0])
    assert equal_awards(estate, claims) == pytest.approx(awards)
    assert equal_losses(estate, claims) == pytest.approx(after_losses)


def test_water_fill_by_hand() -> None:
    """Weights 1, 2, 3 on 12: 2, 4, 6, but the third takes only 3, so the others share 9 as 1 : 2."""
    weights, caps = np.array([1.0, 2.0, 3.0]), np.array([10.0, 10.0, 3.0])
    assert water_fill(12.0, weights, caps) == pytest.approx([3, 6, 3])
    assert water_fill(99.0, weights, caps) == pytest.approx(caps)
    assert water_fill(12.0, np.array([0.0, 1.0, 0.0]), caps) == pytest.approx([0, 10, 0])


@settings(max_examples=25, deadline=None)
@given(
    holders=st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.2, 5)), min_size=1, max_size=5),
    part=st.floats(0.05, 0.95),
)
def test_water_fill_solves_the_convex_program(holders: list[tuple[float, float]], part: float) -> None:
    """Minimise sum of x^2 / weight, that is of weight x f(x / weight) with f(h) = h^2, under sum and capacities."""
    capacity, weight = columns_of(holders)
    total = part * capacity.sum()

    def burden(x: Floats) -> float:
        return float((x**2 / weight).sum())

    best = minimize(
        burden,
        part * capacity,
        method="SLSQP",
        bounds=[(0.0, float(top)) for top in capacity],
        constraints=LinearConstraint(np.ones((1, len(capacity))), total, total),
        tol=1e-12,
    )
    assert water_fill(float(total), weight, capacity) == pytest.approx(best.x, abs=1e-3 * total)


@quick
@given(holders=rows, total=st.floats(-1, 1e7))
def test_water_fill_has_one_level(holders: list[tuple[float, float]], total: float) -> None:
    """Optimality: those below their capacity all stand at the same x / weight, those at capacity no higher."""
    capacity, weight = columns_of(holders)
    filled = water_fill(total, weight, capacity)
    assert (filled >= 0).all()
    assert (filled <= capacity).all()
    assert filled.sum() == pytest.approx(min(max(total, 0.0), capacity.sum()), rel=1e-9, abs=1e-9)
    level, open_rows = filled / weight, filled < capacity * (1 - 1e-9)
    if open_rows.any():
        assert level[open_rows] == pytest.approx(np.full(open_rows.sum(), level.max()), rel=1e-6, abs=1e-6)


def by_sorting(total: float, weight: Floats, capacity: Floats) -> Floats:
    """The textbook's way: accounts fill up in the order of capacity / weight; the level lies between two of them."""
    filled, left = np.zeros_like(capacity), min(total, float(capacity[weight > 0].sum()))
    order = [row for row in np.argsort(capacity / np.maximum(weight, 1e-300)) if weight[row] > 0]
    for place, row in enumerate(order):
        level = left / float(weight[order[place:]].sum())
        filled[row] = min(capacity[row], level * weight[row])
        left = max(left - filled[row], 0.0)
    return filled


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 400),
    spread=st.sampled_from([0.0, 0.5, 3.0]),
    part=st.sampled_from([0.0, 1e-9, 1.0, 2.0]) | st.floats(0, 1),
)
def test_water_fill_is_what_sorting_gives(seed: int, count: int, spread: float, part: float) -> None:
    """Equal ratios, weights and capacities of zero among them, budgets of nothing, a little and everything."""
    random = np.random.default_rng(seed)
    capacity = np.where(random.random(count) < 0.1, 0.0, random.lognormal(0.0, spread, count))
    weight = np.where(random.random(count) < 0.1, 0.0, random.lognormal(0.0, spread, count))
    total = part * float(capacity.sum())
    expected = by_sorting(total, weight, capacity)
    assert water_fill(total, weight, capacity) == pytest.approx(expected, rel=1e-9, abs=1e-12 * (1 + total))


def test_water_fill_ends_where_every_step_fills_one_row_only() -> None:
    """Every weight is half the one before, over two hundred decades: 599 full rows leave 3/2 for 1 + 1/2 + ..."""
    weight, capacity = np.exp2(np.arange(330.0, -331.0, -1.0)), np.ones(661)
    filled = water_fill(600.5, weight, capacity)
    assert filled[:602] == pytest.approx([*[1.0] * 599, 3 / 4, 3 / 8, 3 / 16])


@quick
@given(holders=rows, total=st.floats(-1, 1e7))
def test_equal_losses_are_equal(holders: list[tuple[float, float]], total: float) -> None:
    claim, _ = columns_of(holders)
    awarded = equal_losses(max(total, 0.0), claim)
    slack = 1e-9 * (1 + claim.sum())
    assert (awarded >= 0).all()
    assert awarded.sum() == pytest.approx(min(max(total, 0.0), claim.sum()), abs=slack)
    paid = awarded > slack
    assert (claim - awarded)[paid] == pytest.approx(np.full(paid.sum(), (claim - awarded).max()), abs=2 * slack)


@quick
@given(holders=rows, total=st.floats(-1, 1e7))
def test_in_order_fills_nobody_before_the_better_ranked_are_full(
    holders: list[tuple[float, float]], total: float
) -> None:
    capacity, score = columns_of(holders)
    filled = in_order(total, capacity, score)
    slack = 1e-9 * (1 + capacity.sum())
    assert (filled >= 0).all()
    assert (filled <= capacity).all()
    assert filled.sum() == pytest.approx(min(max(total, 0.0), capacity.sum()), abs=slack)
    for row in np.flatnonzero(filled > slack):
        better = score > score[row]
        assert filled[better] == pytest.approx(capacity[better], abs=slack)


def test_what_is_small_beside_its_neighbours_counts_too() -> None:
    """Two capacities of very different size: the loss fits into the first, and nothing is left for the second."""
    capacity = np.array([1e-20, 1.0])
    assert in_order(1e-20, capacity, np.zeros(2)).tolist() == [1e-20, 0.0]
    assert water_fill(1e-20, np.array([1.0, 1e-30]), capacity).sum() <= 1e-20


def test_drain_by_hand() -> None:
    """Ratios 10, 4, 2 of resources 1, 5, 10: 6 bring the first to 4; 12 more bring both to 2; then all three share."""
    size, resource = np.array([10.0, 20.0, 20.0]), np.array([1.0, 5.0, 10.0])
    assert drain(3.0, size, resource, size).tolist() == [3, 0, 0]
    assert drain(6.0, size, resource, size).tolist() == [6, 0, 0]
    assert drain(18.0, size, resource, size) == pytest.approx([8, 10, 0])
    assert drain(34.0, size, resource, size) == pytest.approx([9, 15, 10])
    assert drain(99.0, size, resource, size).tolist() == size.tolist()


def test_drain_goes_on_where_the_first_is_full_and_asks_nobody_without_resource() -> None:
    """The first can give 2 of its 10 only; the second comes down from 4 to 2 and shares 1 : 2 with the third then."""
    size, resource = np.array([10.0, 20.0, 20.0, 50.0]), np.array([1.0, 5.0, 10.0, 0.0])
    assert drain(15.0, size, resource, np.array([2.0, 20.0, 20.0, 50.0])) == pytest.approx([2, 11, 2, 0])


def test_drain_goes_below_nothing_where_capacities_allow() -> None:
    """Sizes 4 and -6, resources 1 and 2, capacities of 10: 4 take the first to 0, 3 more to -3 = -6 / 2, then 1 : 2."""
    size, resource, capacity = np.array([4.0, -6.0]), np.array([1.0, 2.0]), np.array([10.0, 10.0])
    for total, expected in [(4.0, [4, 0]), (7.0, [7, 0]), (10.0, [8, 2]), (99.0, [10, 10])]:
        assert drain(total, size, resource, capacity) == pytest.approx(expected)


def by_bisection(total: float, size: Floats, resource: Floats, capacity: Floats) -> Floats:
    """The level halved upon a thousand times, over rows that have any resource."""

    def taken(level: float) -> Floats:
        return np.where(resource > 0, np.clip(size - level * resource, 0.0, np.minimum(capacity, size)), 0.0)

    low, high = 0.0, float((size / np.maximum(resource, 1e-12)).max(initial=1.0))
    for _ in range(1000):
        middle = (low + high) / 2
        low, high = (middle, high) if taken(middle).sum() > total else (low, middle)
    return taken(high)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 200),
    spread=st.sampled_from([0.0, 0.5, 3.0]),
    part=st.sampled_from([0.0, 1e-9, 1.0, 2.0]) | st.floats(0, 1),
)
def test_drain_is_what_bisection_gives(seed: int, count: int, spread: float, part: float) -> None:
    """Equal ratios, rows of nothing, without resource and with a capacity of nothing among them."""
    random = np.random.default_rng(seed)
    size, resource, share = (
        np.where(random.random(count) < 0.1, 0.0, random.lognormal(0.0, spread, count)) for _ in "srs"
    )
    capacity = size * np.minimum(share, 1.0)
    total = part * float(capacity[resource > 0].sum())
    expected = by_bisection(total, size, resource, capacity)
    drained = drain(total, size, resource, capacity)
    assert drained == pytest.approx(expected, rel=1e-6, abs=1e-9 * (1 + size.sum()))
    assert drained.sum() == pytest.approx(min(total, capacity[resource > 0].sum()), rel=1e-9, abs=1e-12 * size.sum())


@quick
@given(
    holders=st.lists(st.tuples(amounts, st.floats(1e-3, 1e3), st.floats(0, 1)), min_size=1, max_size=8),
    totals=st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)),
)
def test_drain_has_one_level_and_takes_more_of_everybody_the_more_is_to_be_taken(
    holders: list[tuple[float, float, float]], totals: tuple[float, float]
) -> None:
    """Optimality: whoever is cut and could give more stands at the level, and whoever is not cut stands no higher."""
    size, resource, share = (np.array(column) for column in zip(*holders, strict=True))
    capacity = size * share
    less, more = (drain(total, size, resource, capacity) for total in sorted(totals))
    slack = 1e-9 * (1 + size.sum())
    assert (more >= less - slack).all()
    level, rest = (size - more) / resource, more < capacity * (1 - 1e-9)
    cut = rest & (more > slack)
    if cut.any():
        assert level[cut] == pytest.approx(
            np.full(cut.sum(), level[cut].max()), rel=1e-6, abs=slack / resource[cut].min()
        )
        assert (level[rest] <= level[cut].max() + slack / resource[rest]).all()


@pytest.mark.parametrize("resource", [1e-300, 1e-320, 1e300])
def test_drain_does_not_overflow(resource: float) -> None:
    """Next to nothing is the highest ratio of all, and next to everything the lowest."""
    size = np.array([1e6, 1e6])
    order = [1.0, 0.0] if resource < 1 else [0.0, 1.0]
    assert drain(1.0, size, np.array([resource, 1.0]), size) == pytest.approx(order)


def test_in_order_breaks_ties_by_row() -> None:
    assert list(in_order(15.0, np.full(3, 10.0), np.array([1.0, 2.0, 2.0]))) == [0, 10, 5]


@quick
@given(holders=rows, total=st.floats(-1, 1e7))
def test_in_proportion_fills_the_same_share(holders: list[tuple[float, float]], total: float) -> None:
    capacity, _ = columns_of(holders)
    filled = in_proportion(total, capacity)
    assert (filled >= 0).all()
    assert (filled <= capacity).all()
    assert filled.sum() == pytest.approx(min(max(total, 0.0), capacity.sum()), rel=1e-9, abs=1e-9)
    assert filled * capacity.sum() == pytest.approx(capacity * filled.sum(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("total", [0.0, 7.0])
def test_nobody_to_fill(total: float) -> None:
    none = np.zeros(0)
    assert (
        len(in_order(total, none, none)) == len(in_proportion(total, none)) == len(water_fill(total, none, none)) == 0
    )
    assert len(drain(total, none, none, none)) == 0
    assert len(equal_awards(total, none)) == len(equal_losses(total, none)) == 0
