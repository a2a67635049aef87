"""Criteria of clearing houses on runs small enough to judge by hand."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import linregress, spearmanr

from lastresort.scores.measures.measurement import Measurement
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]

BORNE = ((100.0, 10.0, 2.0), (200.0, 10.0, 1.0), (400.0, 80.0, 0.0), (800.0, 100.0, 30.0), (50.0, 10.0, 0.5))
"""Largest gross, equity and loss of each owner: burdens 0.2, 0.1, 0, 0.3, 0.05 at leverage 10, 20, 5, 8, 5."""


@pytest.fixture
def found(a_run: Run, measured: Measure) -> dict[str, float]:
    """What `BORNE` scores."""
    accounts = [{"gross_largest": gross, "equity_start": equity} for gross, equity, _ in BORNE]
    losing = [row | {"charged": loss} for row, (*_, loss) in zip(accounts, BORNE, strict=True)]
    return measured(a_run(losing), a_run(accounts)).numbers


def test_incidents_and_time_to_resolution(a_run: Run, measured: Measure) -> None:
    """Three incidents, in one of which a fund was not enough; a halt is none, nor what is done before a loss."""
    events: list[dict[str, Any]] = [
        {"time": 5.0, "kind": "halt"},
        {"time": 1.0, "kind": "premium"},
        {"time": 2.0, "kind": "reduction"},
        {"time": 10.0},
        {"time": 10.0, "market": "ETH"},
        {"time": 70.0},
        {"time": 70.0, "kind": "deleveraging"},
    ]
    found = measured(a_run(events=events), a_run()).numbers
    assert (found["resolution_time"], found["incidents"]) == (60.0, 3.0)
    assert found["backstop_failure"] == pytest.approx(1 / 3)


def test_without_events_there_was_nothing_to_resolve(a_run: Run, measured: Measure) -> None:
    found = measured(a_run(), a_run()).numbers
    assert (found["resolution_time"], found["incidents"]) == (0.0, 0.0)
    assert math.isnan(found["backstop_failure"])


def test_burdens_that_follow_leverage_are_predictable(found: dict[str, float]) -> None:
    leverage, burden = [10.0, 20.0, 5.0, 8.0, 5.0], [0.2, 0.1, 0.0, 0.3, 0.05]
    assert found["predictability"] == pytest.approx(spearmanr(burden, leverage).statistic)
    assert found["leverage_slope"] == pytest.approx(linregress(np.log(leverage), burden).slope)


def test_type_explains_what_differs_between_types_only(a_run: Run, measured: Measure) -> None:
    """One cohort loses a tenth, the other nothing: all variance lies between types; then within, none does."""
    rows = [{"cohort": name, "equity_start": 10.0} for name in ("a", "a", "b", "b")]
    between = [row | {"charged": 1.0 if row["cohort"] == "a" else 0.0} for row in rows]
    assert measured(a_run(between), a_run(rows)).numbers["predictability_type"] == pytest.approx(1.0)
    same = [{"cohort": "a", "equity_start": 10.0, "charged": float(place < 10)} for place in range(20)]
    shuffled = [same[place // 2 + 10 * (place % 2)] for place in range(20)]  # one of each pair in every decile
    found = measured(a_run(shuffled), a_run([row | {"charged": 0.0} for row in shuffled])).numbers
    assert found["predictability_type"] == pytest.approx(0.0, abs=1e-12)


def test_the_cap_of_a_tenth(found: dict[str, float]) -> None:
    assert found["controllability"] == pytest.approx(100 / 210)  # those with burdens 0.1, 0, 0.05


def test_small_owners_are_looked_at(found: dict[str, float]) -> None:
    """The smaller half of five owners are the three with 10 (deciles 1, 3, 5); the worst 5 % of them lost 0.2."""
    assert found["small_es95"] == pytest.approx(0.2)


def test_without_loss_nothing_is_predictable_and_everything_controlled(a_run: Run, measured: Measure) -> None:
    found = measured(a_run([{}, {}]), a_run([{}, {}])).numbers
    assert math.isnan(found["predictability"])
    assert math.isnan(found["predictability_type"])
    assert (found["controllability"], found["small_es95"]) == (1.0, 0.0)
    assert math.isnan(found["leverage_slope"])  # all are levered alike


@pytest.mark.filterwarnings("error")
def test_without_positions_leverage_says_nothing(a_run: Run, measured: Measure) -> None:
    run = a_run([{"gross_start": 0.0, "gross_largest": 0.0, "charged": 1.0}])
    found = measured(run, run).numbers
    assert math.isnan(found["predictability"])
    assert math.isnan(found["leverage_slope"])
