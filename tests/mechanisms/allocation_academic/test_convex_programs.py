"""Rules that solve a convex program, against a general-purpose solver and against closed forms."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, minimize

from lastresort.mechanisms.allocation.capped_pro_rata import CappedProRata
from lastresort.mechanisms.allocation.dynamic_mirror_descent import DynamicMirrorDescent
from lastresort.mechanisms.allocation.mirror_descent import MirrorDescent, projected
from lastresort.mechanisms.allocation.profit_pro_rata import ProfitProRata
from lastresort.mechanisms.contract import Floats, LossEvent

Winners = Callable[..., LossEvent]
each_seed = pytest.mark.parametrize("seed", range(4))


def program(loss: Callable[[Floats], float], weight: Floats, budget: float, most: Floats) -> Floats:
    """Sequential quadratic programming for min loss(h) with weight . h = budget, 0 <= h <= most."""
    balance = LinearConstraint(weight, budget, budget)
    start = most * budget / (weight @ most)
    answer = minimize(
        loss,
        start,
        method="SLSQP",
        bounds=Bounds(np.zeros_like(most), most),
        constraints=balance,
        options={"ftol": 1e-11},
    )
    assert answer.success
    return np.asarray(answer.x)


@each_seed
@pytest.mark.parametrize("disutility", [np.square, np.exp], ids=["square", "exponential"])
def test_capped_pro_rata_minimises_any_convex_disutility(
    winners: Winners, seed: int, disutility: Callable[[Floats], Floats]
) -> None:
    """Proposition "convex optimality": min sum of w_i phi(h_i) under caps."""
    random = np.random.default_rng(seed)
    profit, caps = random.uniform(1, 5, 6), random.uniform(0.1, 0.5, 6)
    budget = 0.8 * float(profit @ caps)
    event = winners(profit, budget, equity=caps * profit + 0.5, maintenance=np.full(6, 0.5), spendable=profit)
    expected = program(lambda h: float(profit @ disutility(h)), profit, budget, caps)
    assert CappedProRata(hbar=0.5).allocate(event).close / profit == pytest.approx(expected, abs=1e-4)


@each_seed
def test_projection_is_the_nearest_point(seed: int) -> None:
    random = np.random.default_rng(seed)
    weight, wanted = random.uniform(0.1, 3, 7), random.normal(0.4, 1, 7)
    budget = 0.4 * float(weight.sum())
    expected = program(lambda h: float(weight @ np.square(h - wanted)), weight, budget, np.ones(7))
    assert projected(wanted, weight, budget) == pytest.approx(expected, abs=1e-4)


def test_projection_meets_the_budget_whatever_the_scales() -> None:
    random = np.random.default_rng(7)
    weight, wanted = 10 ** random.uniform(-9, 9, 2000), random.standard_cauchy(2000)
    for part in (1e-9, 0.01, 0.5, 0.999999):
        shares = projected(wanted, weight, part * float(weight.sum()))
        assert ((shares >= 0) & (shares <= 1)).all()
        assert weight @ shares == pytest.approx(part * float(weight.sum()), rel=1e-9, abs=1e-15 * float(weight.sum()))


def test_mirror_descent_without_a_step_is_pro_rata(winners: Winners) -> None:
    event = winners([8, 4, 0.5, 3], 7.5, leverage=[2, 50, 1, 7], equity=[90, 90, 90, 90])
    assert MirrorDescent(step=0).allocate(event).close == pytest.approx(ProfitProRata().allocate(event).close)


def test_mirror_descent_ends_in_the_leverage_queue(winners: Winners) -> None:
    """Its loss is linear, so its minimiser fills the highest leverage first: 50, then 7, then 2 in part."""
    event = winners([8, 4, 0.5, 3], 8.0, leverage=[2, 50, 1, 7], equity=[90, 90, 90, 90])
    assert MirrorDescent(steps=1000).allocate(event).close == pytest.approx([1, 4, 0, 3])


def test_one_step_by_hand(winners: Winners) -> None:
    """Equal claims of 10, budget 15, leverages 1, 2, 4: wanted 0.05, 0.1, 0.2, whose mean must rise to 0.5."""
    event = winners([10, 10, 10], 15.0, leverage=[1, 2, 4], equity=[90, 90, 90])
    rise = 0.5 - (0.05 + 0.1 + 0.2) / 3
    expected = [10 * (0.05 + rise), 10 * (0.1 + rise), 10 * (0.2 + rise)]
    assert MirrorDescent(steps=1).allocate(event).close == pytest.approx(expected)
    assert DynamicMirrorDescent().allocate(event).close == pytest.approx(expected)


def test_dynamic_descent_spares_whom_it_overcharged(winners: Winners) -> None:
    """The most levered pays most at first; its dual variable then grows until the burden has moved to the others."""
    event = winners([10, 10, 10], 15.0, leverage=[1, 1, 2], equity=[90, 90, 90])
    rule, deaf = DynamicMirrorDescent(hbar=0.5, dual_step=5), DynamicMirrorDescent(hbar=0.5, dual_step=0)
    paid, unspared = ([one.allocate(event).close[2] for _ in range(300)] for one in (rule, deaf))
    assert unspared == pytest.approx(sorted(unspared))
    assert unspared[-1] == pytest.approx(10)
    assert max(paid) > 5.5
    assert np.mean(paid[-100:]) == pytest.approx(5, abs=0.5)


def test_dynamic_descent_remembers_accounts_not_rows(winners: Winners) -> None:
    """Whoever comes, in whatever order, and in another market nothing is remembered."""
    rule, other = DynamicMirrorDescent(), DynamicMirrorDescent()
    first = winners([10, 10, 10], 15.0, leverage=[1, 2, 4], equity=[90, 90, 90], account=[7, 3, 5])
    again = winners([10, 10, 10], 15.0, leverage=[2, 4, 1], equity=[90, 90, 90], account=[3, 5, 7])
    for one in (rule, other):
        one.allocate(first)
    assert rule.allocate(again).close == pytest.approx(other.allocate(first).close[[1, 2, 0]])
    fresh = DynamicMirrorDescent().allocate(again).close
    assert rule.allocate(replace(again, market=1)).close == pytest.approx(fresh)
