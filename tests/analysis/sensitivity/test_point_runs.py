"""Points of a small market: each run is done once, and another threshold needs none."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lastresort.analysis.sensitivity.planning import placing_of
from lastresort.analysis.sensitivity.point_runs import PointRuns
from lastresort.analysis.sensitivity.points import Placing
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.experiments import Progress, RunStore
from lastresort.experiments.executors import Here
from lastresort.plugins.catalogue import Catalogue
from lastresort.scores.table import score_run

REHEDGE = "scenarios.*.desks.rehedge_time"


@pytest.fixture
def plan(tmp_path: Path, small: str, plan_of: Callable[..., SensitivityPlan]) -> SensitivityPlan:
    """An analysis of the small market for five minutes, with one threshold."""
    (tmp_path / "small.yaml").write_text(small.replace("1200", "300").replace("2000", "400"))
    factors = {REHEDGE: [30, 600]}
    return plan_of(scenario=str(tmp_path / "small.yaml"), factors=factors, thresholds={"tau": [0, 60]}, replicates=2)


@pytest.fixture
def placing(plan: SensitivityPlan, catalogue: Catalogue) -> Placing:
    """What puts the values of its factors in their places."""
    return placing_of(plan, catalogue)


@pytest.fixture
def runs_of(tmp_path: Path, catalogue: Catalogue) -> Callable[[list[Progress]], PointRuns]:
    """Runs of points that note what they do; all share a store."""
    return lambda steps: PointRuns(catalogue, RunStore(tmp_path / "store"), Here(), steps.append, {}, set())


def test_each_run_is_done_once_and_thresholds_take_none(
    plan: SensitivityPlan, placing: Placing, runs_of: Callable[[list[Progress]], PointRuns], tmp_path: Path
) -> None:
    steps: list[Progress] = []
    doing = runs_of(steps)
    point = {REHEDGE: 100.0, "thresholds.tau": 60.0, "replicate": 2.0}
    strict = point | {"thresholds.tau": 0.0}
    one, again, other = doing.measure([placing.point(plan.factors, values) for values in (point, point, strict)])
    assert one
    assert again
    assert other
    assert [step.done for step in steps] == [0, 1, 2, 3]
    assert len(doing.seen) == 3
    assert {step.seed for step in steps[1:]} == {2}
    for policy, table in one.items():
        pd.testing.assert_frame_equal(table, again[policy])
        assert (other[policy]["mnf"] >= table["mnf"]).all()
    assert one["deep-pocket"]["mnf"].tolist() == [0.0]

    store = RunStore(tmp_path / "store")
    records = {record.policy: record for record in map(store.read, doing.seen)}
    exact = score_run(records["fund+queue-adl"], records["deep-pocket"], placing.point(plan.factors, strict).thresholds)
    assert other["fund+queue-adl"].loc[0, "mnf"] == exact["mnf"]

    later: list[Progress] = []
    (kept,) = runs_of(later).measure([placing.point(plan.factors, point)])
    assert kept
    assert [step.reused for step in later] == [True] * 3
    pd.testing.assert_frame_equal(kept["fund+queue-adl"], one["fund+queue-adl"])


def test_a_run_that_was_lost_is_the_only_one_done_again(
    plan: SensitivityPlan, placing: Placing, runs_of: Callable[[list[Progress]], PointRuns], tmp_path: Path
) -> None:
    points = [placing.point(plan.factors, {REHEDGE: value}) for value in (50.0, 500.0)]
    before = runs_of([]).measure(points)
    store = RunStore(tmp_path / "store")
    lost = sorted(store.keys())[0]
    store.remove(lost)
    steps: list[Progress] = []
    after = runs_of(steps).measure(points)
    assert [step.key for step in steps if not step.reused] == [lost]
    for one, other in zip(before, after, strict=True):
        assert one
        assert other
        for policy in one:
            pd.testing.assert_frame_equal(one[policy], other[policy])
