"""Market-neutral failure over its thresholds: at the defaults it is the score, and it falls as lines are moved out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lastresort.scores.measures.failure_curves import DELTAS, LAMBDAS, TAUS
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]

row = st.fixed_dictionaries(
    {
        "gross_start": st.floats(1.0, 1e3),
        "capital": st.floats(1.0, 1e3),
        "charged": st.floats(-50.0, 50.0),
        "naked_longest": st.sampled_from([0.0, 30.0, 60.0, 600.0]),
        "naked_longest_05": st.sampled_from([600.0, 3600.0]),
        "naked_longest_50": st.sampled_from([0.0, 60.0]),
        "naked_at_end_30": st.sampled_from([0.0, 5.0]),
        "orphaned": st.booleans(),
        "ruined": st.booleans(),
    }
)
pairs = st.lists(st.tuples(row, row), min_size=1, max_size=8)


def of_books(a_run: Run, rows: Sequence[Mapping[str, Any]]) -> RunRecord:
    """A run of some books, each with an account of its own in which `charged` was taken."""
    accounts = [{"charged": row.get("charged", 0.0)} for row in rows]
    return a_run(accounts, strategies=[{name: row[name] for name in row if name != "charged"} for row in rows])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(pairs)
def test_each_point_of_a_curve_is_the_score_at_that_threshold(
    a_run: Run, measured: Measure, rows: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    sizes = [{"gross_start": theirs["gross_start"]} for _, theirs in rows]
    ours = [one | size for (one, _), size in zip(rows, sizes, strict=True)]
    run, reference = (of_books(a_run, some) for some in (ours, [theirs for _, theirs in rows]))
    profile = measured(run, reference).profile

    def at(thresholds: Thresholds) -> float:
        return Measurement(run, Yardstick(reference), thresholds).numbers["mnf"]

    assert profile["mnf_by_delta"] == pytest.approx([at(Thresholds(delta=delta)) for delta in DELTAS.tolist()])
    taus = [at(Thresholds(naked_seconds=tau)) for tau in TAUS[::10].tolist()]
    assert profile["mnf_by_tau"][::10] == pytest.approx(taus)
    lambdas = [at(Thresholds(cost=share)) for share in LAMBDAS[::10].tolist()]
    assert profile["mnf_by_lambda"][::10] == pytest.approx(lambdas)


def test_the_defaults_lie_on_the_grids(a_run: Run, measured: Measure) -> None:
    """The first is unhedged for a minute, the second loses 1.01 of a capital of 50."""
    run = of_books(a_run, [{"naked_longest": 60.0}, {"charged": 1.01, "gross_start": 300.0}])
    found = measured(run, of_books(a_run, [{}, {"gross_start": 300.0}]))
    for name, grid, default in (
        ("delta", DELTAS, DEFAULT.delta),
        ("tau", TAUS, DEFAULT.naked_seconds),
        ("lambda", LAMBDAS, DEFAULT.cost),
    ):
        (place,) = np.flatnonzero(grid == default)
        assert found.profile[f"mnf_by_{name}"][place] == found.numbers["mnf"] == pytest.approx(1.0)


def test_without_eligible_strategies_the_curves_are_undefined(a_run: Run, measured: Measure) -> None:
    run = a_run(strategies=[{"neutrality_start": 0.5}])
    assert np.isnan(measured(run, run).profile["mnf_by_tau"]).all()
