"""Time to re-hedge: Kaplan-Meier against SciPy's, restricted means, and what a record says of naked strategies."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from lastresort.scores.measures.hedges import Hedges
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.survival import mean_within, restricted_mean, spells, survival
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]

times = st.lists(st.tuples(st.integers(1, 40).map(float), st.booleans()), min_size=1, max_size=60)


def columns(drawn: list[tuple[float, bool]]) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", ...]:
    return np.array([one for one, _ in drawn]), np.array([flag for _, flag in drawn])


@given(times)
def test_survival_is_scipy_s(drawn: list[tuple[float, bool]]) -> None:
    seconds, observed = columns(drawn)
    found = ecdf(CensoredData(uncensored=seconds[observed == 1], right=seconds[observed == 0])).sf
    at, naked = survival(seconds, observed == 1)
    assert naked == pytest.approx(found.evaluate(at), abs=1e-12)
    assert set(at) == set(seconds[observed == 1])


@given(times, st.floats(1.0, 50.0))
def test_the_restricted_mean_is_the_area_under_scipy_s_curve(drawn: list[tuple[float, bool]], horizon: float) -> None:
    seconds, observed = columns(drawn)
    curve = ecdf(CensoredData(uncensored=seconds[observed == 1], right=seconds[observed == 0])).sf
    edges = np.unique(np.concatenate(([0.0, horizon], seconds[seconds < horizon])))
    area = float(np.sum(np.diff(edges) * curve.evaluate(edges[:-1])))
    assert mean_within(seconds, observed == 1, horizon) == pytest.approx(area, rel=1e-12)


def test_without_censoring_it_is_the_mean_of_what_is_cut_off() -> None:
    seconds = np.array([10.0, 50.0, 5000.0])
    assert mean_within(seconds, np.ones(3, np.bool_)) == pytest.approx((10 + 50 + 3600) / 3)


def test_one_censored_strategy_by_hand() -> None:
    """Re-hedged after 10 and 30, one still naked at 20: S = 2/3 from 10, 0 from 30: 10 + 20 x 2/3."""
    seconds, observed = np.array([10.0, 20.0, 30.0]), np.array([True, False, True])
    assert mean_within(seconds, observed) == pytest.approx(10 + 40 / 3)


def test_pooled_over_seeds_with_an_interval_that_resamples_seeds() -> None:
    """Two seeds of one strategy each: a resample has both, or one of them twice."""
    value, low, high = restricted_mean(np.array([10.0, 30.0]), np.ones(2, np.bool_), np.array([0, 1]), 3600.0, 2)
    assert (value, low, high) == pytest.approx((20.0, 10.0, 30.0))


def test_seeds_where_nobody_was_naked_say_nothing_of_how_long() -> None:
    found = restricted_mean(np.array([10.0]), np.ones(1, np.bool_), np.array([1]), 3600.0, 3)
    assert found == pytest.approx((10.0, 10.0, 10.0))


def test_one_seed_has_no_interval_and_nobody_naked_no_mean() -> None:
    value, *ends = restricted_mean(np.array([10.0]), np.ones(1, np.bool_), np.array([0]), 3600.0, 1)
    assert value == 10.0
    assert np.isnan(ends).all()
    nobody = np.zeros(0)
    assert np.isnan(restricted_mean(nobody, np.zeros(0, np.bool_), np.zeros(0, np.int64), 3600.0, 3)).all()
    assert math.isnan(mean_within(nobody, np.zeros(0, np.bool_)))


def test_spells_of_a_record(a_run: Run) -> None:
    rows = [
        {"naked_from": 100.0, "rehedged_after": 40.0, "cohort": "pairs"},
        {"naked_from": 100.0},
        {},
    ]
    found = spells(Hedges.of(a_run(strategies=rows)), end=900.0)
    assert found.seconds.tolist() == [40.0, 800.0]
    assert found.observed.tolist() == [True, False]
    assert found.cohort.tolist() == ["pairs", "basis"]


def test_what_repairs_took(a_run: Run, measured: Measure) -> None:
    """Two samples a minute apart; makers quote half of normal in the second: half an hour's worth of 1/2 x 60 / 2 s."""
    rows = [
        {"naked_from": 60.0, "rehedged_after": 20.0, "repaired": 1000.0, "repair_cost": 3.0},
        {"repaired": 1000.0, "repair_cost": -1.0},
        {"neutrality_start": 0.5, "repaired": 9e9, "naked_from": 60.0},
    ]
    run = a_run([{}] * 3, strategies=rows, series=[{}, {"quoting": 0.5}])
    found = measured(run, a_run([{}] * 3, strategies=[{}, {}, {"neutrality_start": 0.5}])).numbers
    assert (found["naked_strategies"], found["rehedge_time"]) == (1.0, 20.0)
    assert (found["repaired"], found["rehedge_cost"]) == pytest.approx((2000.0, 10.0))
    assert found["depth_withdrawn"] == pytest.approx(0.25 * 60 / 3600)


def test_where_nothing_was_repaired_costs_are_undefined(a_run: Run, measured: Measure) -> None:
    found = measured(a_run(), a_run()).numbers
    assert math.isnan(found["rehedge_cost"])
    assert math.isnan(found["rehedge_time"])
    assert found["naked_strategies"] == found["depth_withdrawn"] == 0.0
