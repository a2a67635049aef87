"""Market-neutral failure of strategies that fail one way each."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.measures import neutrality as measures
from lastresort.scores.measures.neutrality import DEFAULT, HedgedPair, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]


def neutrality(run: RunRecord, reference: RunRecord, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    return measures.neutrality(HedgedPair.of(run, Yardstick(reference), thresholds), thresholds)


FAILURES = [
    ("mnf_break", {"naked_longest": 60.0}, {"naked_longest": 59.9}),
    ("mnf_orphan", {"orphaned": True}, {"orphaned": False}),
    ("mnf_shortfall", {"pnl": -0.1}, {"pnl": 0.1}),  # reference 1.0, capital 50: the line is 1.0 - 2 % x 50 = 0.0
    ("mnf_ruin", {"ruined": True}, {"ruined": False}),
]


@pytest.mark.parametrize(("part", "failing", "passing"), FAILURES)
def test_each_way_to_fail_counts_by_gross_notional(
    a_run: Run, part: str, failing: dict[str, Any], passing: dict[str, Any]
) -> None:
    gross = [{"gross_start": 100.0}, {"gross_start": 300.0}]
    run = a_run(strategies=[gross[0] | failing, gross[1] | passing])
    score = neutrality(run, a_run(strategies=gross))
    assert score["mnf"] == score[part] == pytest.approx(0.25)
    assert sum(score[name] for name, _, _ in FAILURES) == pytest.approx(0.25)


def test_a_strategy_that_fails_in_many_ways_counts_once(a_run: Run) -> None:
    run = a_run(strategies=[{"orphaned": True, "ruined": True}, {}])
    score = neutrality(run, a_run(strategies=[{}, {}]))
    assert (score["mnf"], score["mnf_orphan"], score["mnf_ruin"]) == pytest.approx((0.5, 0.5, 0.5))


def test_doomed_strategies_are_excluded_and_saved_ones_are_rescue(a_run: Run) -> None:
    """Gross 1:2:3:4: doomed in both runs, failing here only, failing in the reference only, never failing."""
    gross = [{"gross_start": size} for size in (100.0, 200.0, 300.0, 400.0)]
    here = [row | {"ruined": ruined} for row, ruined in zip(gross, (True, True, False, False), strict=True)]
    there = [row | {"ruined": ruined} for row, ruined in zip(gross, (True, False, True, False), strict=True)]
    score = neutrality(a_run(strategies=here), a_run(strategies=there))
    assert (score["mnf"], score["rescue"], score["net_mnf"]) == pytest.approx((0.2, 0.3, -0.1))


def test_only_hedged_strategies_with_a_position_are_eligible(a_run: Run) -> None:
    rows = [
        {"neutrality_start": 0.02, "orphaned": True},
        {"neutrality_start": 0.021, "orphaned": True},
        {"neutrality_start": -0.5, "orphaned": True},
        {"gross_start": 0.0, "orphaned": True},
        {"neutrality_start": 0.0},
    ]
    score = neutrality(a_run(strategies=rows), a_run(strategies=[row | {"orphaned": False} for row in rows]))
    assert (score["strategies"], score["mnf"]) == pytest.approx((2, 0.5))


def test_strategies_are_paired_by_owner_not_by_place(a_run: Run) -> None:
    run = a_run(strategies=[{"owner": "b", "pnl": 5.0}, {"owner": "a", "pnl": 100.0}])
    reference = a_run(strategies=[{"owner": "a", "pnl": 100.0}, {"owner": "b", "pnl": 5.0}])
    assert neutrality(run, reference)["mnf"] == 0.0


def test_thresholds_are_parameters(a_run: Run) -> None:
    run, reference = a_run(strategies=[{"naked_longest": 30.0}]), a_run()
    assert neutrality(run, reference)["mnf"] == 0.0
    assert neutrality(run, reference, Thresholds(naked_seconds=30.0))["mnf"] == 1.0


def test_the_level_of_net_delta_is_a_threshold(a_run: Run) -> None:
    run, reference = a_run(strategies=[{"naked_longest_05": 90.0, "naked_longest_10": 60.0}]), a_run()
    found = {delta: neutrality(run, reference, Thresholds(delta=delta))["mnf"] for delta in (0.05, 0.1, 0.2, 0.3, 0.5)}
    assert found == {0.05: 1.0, 0.1: 1.0, 0.2: 0.0, 0.3: 0.0, 0.5: 0.0}


def test_other_levels_are_not_recorded() -> None:
    with pytest.raises(ValueError, match=r"found the net delta 0.25; allowed: 0.05, 0.1, 0.2, 0.3"):
        Thresholds(delta=0.25)


def test_a_hedge_that_never_broke_is_not_broken_for_no_time(a_run: Run) -> None:
    assert neutrality(a_run(), a_run(), Thresholds(naked_seconds=0.0))["mnf_break"] == 0.0


def test_equal_weights_count_each_strategy_once(a_run: Run) -> None:
    gross = [{"gross_start": 100.0}, {"gross_start": 300.0}]
    run = a_run(strategies=[gross[0] | {"ruined": True}, gross[1]])
    score = neutrality(run, a_run(strategies=gross))
    assert (score["mnf"], score["mnf_equal"]) == pytest.approx((0.25, 0.5))


def test_failure_by_cohort_is_over_the_cohort_s_gross_and_knows_later_cohorts(a_run: Run) -> None:
    rows = [
        {"cohort": "basis", "gross_start": 100.0},
        {"cohort": "basis", "gross_start": 300.0},
        {"cohort": "funding", "gross_start": 50.0},
    ]
    run = a_run(strategies=[rows[0] | {"orphaned": True}, rows[1], rows[2] | {"orphaned": True}])
    score = neutrality(run, a_run(strategies=rows))
    assert (score["mnf_basis"], score["mnf_funding"]) == pytest.approx((0.25, 1.0))
    assert math.isnan(score["mnf_pairs"])
    assert score["mnf"] == pytest.approx(150 / 450)


def test_the_worst_shortfall_by_hand(a_run: Run) -> None:
    """Gross 4 : 96, capital 50; the first ends 25 below the reference, the second 1: (4 % x 0.5 + 1 % x 0.02) / 5 %."""
    gross = [{"gross_start": 4.0, "pnl": 1.0}, {"gross_start": 96.0, "pnl": 1.0}]
    run = a_run(strategies=[gross[0] | {"pnl": -24.0}, gross[1] | {"pnl": 0.0}])
    assert neutrality(run, a_run(strategies=gross))["shortfall_es95"] == pytest.approx(0.404)


def test_forced_share_is_the_mean_of_the_cohorts_weighted_by_gross_inside(a_run: Run) -> None:
    """Basis (100 x 0.4 + 300 x 0) / 400 = 0.1, makers 0.5 whatever their neutrality; no pairs, no arbitrage."""
    run = a_run(
        strategies=[
            {"cohort": "basis", "gross_start": 100.0, "forced_share": 0.4},
            {"cohort": "basis", "gross_start": 300.0},
            {"cohort": "makers", "gross_start": 900.0, "forced_share": 0.5, "neutrality_start": 0.3},
        ]
    )
    score = neutrality(run, run)
    assert (score["forced_share_basis"], score["forced_share_makers"]) == pytest.approx((0.1, 0.5))
    assert score["forced_share"] == pytest.approx(0.3)
    assert math.isnan(score["forced_share_pairs"])


def test_naked_time_is_weighted_by_gross(a_run: Run) -> None:
    run = a_run(strategies=[{"gross_start": 100.0, "naked_time": 40.0}, {"gross_start": 300.0}])
    assert neutrality(run, run)["naked_time"] == pytest.approx(10.0)


def test_the_reference_scores_zero_against_itself(a_run: Run) -> None:
    run = a_run(strategies=[{"ruined": True}, {"pnl": -9.0}])
    score = neutrality(run, run)
    assert score["mnf"] == score["rescue"] == score["net_mnf"] == 0.0


def test_without_eligible_strategies_failure_is_undefined(a_run: Run) -> None:
    run = a_run(strategies=[{"neutrality_start": 0.5}])
    assert math.isnan(neutrality(run, run)["mnf"])


def test_runs_with_different_strategies_are_refused(a_run: Run) -> None:
    with pytest.raises(InputError, match="different market-neutral strategies"):
        neutrality(a_run(strategies=[{"owner": "a"}]), a_run(strategies=[{"owner": "b"}]))
