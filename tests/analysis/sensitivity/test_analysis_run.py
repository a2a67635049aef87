"""Whole analyses whose runs are a formula: what is ranked, decomposed, flipped and confirmed."""

import math
from collections.abc import Callable

import pytest

from lastresort.analysis.sensitivity.analysis_run import AnalysisRun
from lastresort.analysis.sensitivity.points import Point
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.plugins.errors import InputError

REHEDGE, SOLD, SERVICE = "scenarios.*.desks.rehedge_time", "scenarios.*.desks.orphan_sold", "scenarios.*.rails.service"
DIFFERENCE = "mnf: fund+hedge-aware-adl - fund+queue-adl"

Plan = Callable[..., SensitivityPlan]
Analysing = Callable[[SensitivityPlan, Callable[[Point], float]], AnalysisRun]


def x(point: Point) -> tuple[float, float, float]:
    """Places of the three factors of the usual plan, from 0 to 1."""
    scenario = point.scenario
    return scenario.desks.rehedge_time - 0.1, scenario.desks.orphan_sold, (scenario.rails.service - 1) / 2


def ishigami(point: Point) -> float:
    """Ishigami's function, a = 7, b = 0.1."""
    a, b, c = (math.pi * (2 * place - 1) for place in x(point))
    return math.sin(a) + 7 * math.sin(b) ** 2 + 0.1 * c**4 * math.sin(a)


def test_a_known_function_comes_out_of_the_whole_pipeline(plan_of: Plan, analysis_of: Analysing) -> None:
    found = analysis_of(plan_of(method="both", samples=256, trajectories=20), ishigami).run()
    assert found.sobol
    assert found.morris
    shares = found.sobol.of(DIFFERENCE)
    exact = {REHEDGE: (0.314, 0.558), SOLD: (0.442, 0.442), SERVICE: (0.0, 0.244), "replicate": (0.0, 0.0)}
    for name, (first, total) in exact.items():
        found_first, found_total = shares[name].S1, shares[name].ST
        assert found_first == pytest.approx(first, abs=0.1)
        assert found_total == pytest.approx(total, abs=0.1)
    assert found.morris.of(DIFFERENCE)["replicate"].mu_star == 0
    assert len(found.samples) == 20 * 5 + 256 * 6
    assert found.samples[DIFFERENCE].tolist() == found.samples["mnf: fund+hedge-aware-adl"].tolist()


def test_the_flip_is_found_and_confirmed_at_the_ends(plan_of: Plan, analysis_of: Analysing) -> None:
    """Zero where the first factor is about 0.6 of its range; a little noise that goes by the seed."""
    plan = plan_of(trajectories=30, confirm_seeds=8, confirm_factors=2)
    found = analysis_of(plan, lambda point: x(point)[0] - 0.6 + 0.05 * x(point)[1] + 0.01 * (point.seeds[0] % 5)).run()
    flips = {one.factor: one for one in found.flips}
    assert flips[REHEDGE].outcome == "flips"
    assert flips[REHEDGE].at == pytest.approx(0.1 + 0.6 - 0.045, abs=0.05)
    assert flips[SERVICE].outcome == "never"
    below = (found.samples[DIFFERENCE] < 0).sum()
    assert f"better at {below} of 150 points; 1 of 3 flip it" in found.answers[0]
    assert "the strongest is desks.rehedge_time" in found.answers[0]
    usual, low, high, *_ = found.ends
    assert (usual.factor, low.factor, low.value, high.value) == ("", REHEDGE, 0.1, 1.1)
    assert (low.verdict, high.verdict, low.seeds) == ("better", "worse", 8)
    confirmed = {one.factor: one.outcome for one in found.confirmations}
    assert confirmed[REHEDGE] == "flips"
    assert len(confirmed) == 2


def test_morris_chooses_the_factors_of_sobol(plan_of: Plan, analysis_of: Analysing) -> None:
    """Nine factors, of which the first moves nothing."""
    makers = ("withdraw_time", "return_time", "hedge_time", "auction_time", "deleveraging_shock", "common_scale")
    names = [SERVICE, SOLD, REHEDGE, *(f"scenarios.*.makers.{name}" for name in makers)]
    factors = {name: [0.1, 1.0] for name in names}
    plan = plan_of(factors=factors, method="both", samples=2, trajectories=4)

    def moving(point: Point) -> float:
        scenario = point.scenario
        own = scenario.desks.rehedge_time + scenario.desks.orphan_sold
        return float(own + sum(getattr(scenario.makers, name) for name in makers))

    found = analysis_of(plan, moving).run()
    assert found.sobol
    assert set(found.sobol.factors) == {*names[1:], "replicate"}
    assert found.sobol.chosen == "those that Morris ranks highest"


def test_declared_factors_go_before_those_of_morris(plan_of: Plan, analysis_of: Analysing) -> None:
    plan = plan_of(method="sobol", samples=8, sobol_factors=[SERVICE])
    found = analysis_of(plan, lambda point: x(point)[2]).run()
    assert found.sobol
    assert (found.sobol.factors, found.sobol.chosen, found.morris) == ((SERVICE, "replicate"), "declared", None)
    assert {one.factor for one in found.flips} == {SERVICE}


def test_points_that_are_not_defined_leave_their_blocks_out(plan_of: Plan, analysis_of: Analysing) -> None:
    found = analysis_of(plan_of(trajectories=30), lambda point: math.nan if point.seeds == (1,) else x(point)[0]).run()
    assert found.morris
    assert found.morris.left_out > 0
    assert found.morris.trajectories + found.morris.left_out == 30
    assert found.morris.of(DIFFERENCE)[REHEDGE].mu == pytest.approx(1)
    nothing = analysis_of(plan_of(trajectories=3, method="both", sobol_factors=None), lambda point: math.nan)
    assert nothing.run().answers == (
        f"{DIFFERENCE}: better at 0 of 0 points; 0 of 3 flip it, 0 never do, 3 cannot be told",
    )


def test_groups_of_seeds_do_not_overlap(plan_of: Plan, analysis_of: Analysing) -> None:
    plan = plan_of(replicates=3, seeds_each=2, first_seed=5, trajectories=4)
    seen = set()

    def note(point: Point) -> float:
        seen.add(point.seeds)
        return 0.0

    analysis_of(plan, note).run()
    assert seen == {(5, 6), (7, 8), (9, 10)}


def test_without_trajectories_there_is_nothing_to_choose_by(plan_of: Plan, analysis_of: Analysing) -> None:
    names = ("withdraw_time", "return_time", "hedge_time", "auction_time", "deleveraging_shock", "common_scale")
    factors = {f"scenarios.*.makers.{name}": [0.1, 1.0] for name in names}
    factors |= {REHEDGE: [0.1, 1.0], SOLD: [0.1, 1.0], SERVICE: [0.1, 1.0]}
    with pytest.raises(InputError, match="too few complete trajectories to choose factors for Sobol"):
        analysis_of(plan_of(factors=factors, method="both", samples=2), lambda point: math.nan).run()
