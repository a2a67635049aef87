"""Market scores by hand: the cascade, and how long the market took to be itself again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.scores.measures.cascade import peak, span
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.recovery import recoveries, weighted
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]


def test_cascade_by_hand(a_run: Run, measured: Measure) -> None:
    """A total of 5, 15 and 45 at the end of the first three minutes, 45 until the twelfth, and 100 in the last."""
    totals = [5.0, 15.0, *[45.0] * 10, 100.0]
    run = a_run(series=[{"liquidated_long": total, "liquidated_short": 0.0} for total in totals])
    found = measured(run, run).numbers
    assert found["cascade_peak"] == pytest.approx(55.0)
    assert found["cascade_span"] == pytest.approx(660.0)  # 10 % are passed in minute 2, 90 % in minute 13


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.integers(1, 10))
def test_the_peak_is_the_largest_of_all_windows(steps: list[float], minutes: int) -> None:
    total = np.cumsum(steps)
    time = np.arange(60.0, 60.0 * len(steps) + 1.0, 60.0)
    windows = [sum(steps[max(0, end - minutes) : end]) for end in range(1, len(steps) + 1)]
    assert peak(time, total, 60.0 * minutes) == pytest.approx(max(windows), abs=1e-9)


def test_without_liquidations_there_is_no_cascade() -> None:
    nothing = np.zeros(3)
    assert span(np.arange(3.0), nothing) == peak(np.arange(3.0), nothing, 5.0) == 0.0


@pytest.mark.parametrize(
    ("name", "samples", "seconds", "censored"),
    [
        ("depth_recovery", [{"depth_btc": depth} for depth in (1.0, 0.1, 0.5, 0.8, 0.3)], 120.0, 0.0),
        ("depth_recovery", [{"depth_btc": depth} for depth in (1.0, 0.1, 0.5, 0.79)], 120.0, 1.0),
        ("depth_recovery", [{"depth_btc": depth} for depth in (1.0, 0.8, 0.9)], 0.0, 0.0),
        ("basis_recovery", [{"basis_btc": basis} for basis in (0.0, 0.01, 0.05, 0.003, 0.0019)], 120.0, 0.0),
        ("basis_recovery", [{"basis_btc": basis} for basis in (0.0, 0.05, 0.002)], 60.0, 1.0),
    ],
)
def test_recovery_from_the_worst_moment(
    a_run: Run, name: str, samples: list[dict[str, Any]], seconds: float, censored: float
) -> None:
    found = recoveries(a_run(series=samples))
    assert (found[name], found[f"{name}_censored"]) == (seconds, censored)


def test_tiers_are_weighted_by_open_interest(a_run: Run) -> None:
    books = [
        {"tier": "btc", "open_interest_start": 100.0},
        {"tier": "btc", "open_interest_start": 200.0},
        {"tier": "eth", "open_interest_start": 700.0},
    ]
    run = a_run(books=books, series=[{"depth_btc": 0.5, "depth_eth": 1.0}])
    assert weighted(run, "depth") == pytest.approx([0.85])


def test_gaps_halts_and_sums(a_run: Run, measured: Measure) -> None:
    """Excess drawdown: (300 x 0.1 + 100 x 0.5) / 400 = 0.2; open interest 400 to 300."""
    books = [
        {"open_interest_start": 300.0, "open_interest_end": 250.0, "halted": 40.0, "deleveraged": 4.0, "reduced": 100.0}
        | {"trough": -0.2, "exogenous_trough": -0.1},
        {"open_interest_start": 100.0, "open_interest_end": 50.0, "deleveraged": 1.0}
        | {"trough": -0.7, "exogenous_trough": -0.2},
    ]
    run = a_run(books=books, series=[{"gap_btc": 0.1, "gap_small": 0.2}, {"gap_small": 0.3}])
    found = measured(run, run).numbers
    assert (found["gap_btc"], found["gap_small"], found["halted_time"]) == pytest.approx((0.1, 0.3, 30.0))
    assert (found["liquidated"], found["deleveraged"], found["open_interest_drop"]) == pytest.approx((120, 5, 0.25))
    assert found["excess_drawdown"] == pytest.approx(0.2)
    assert found["closed_early"] == pytest.approx(100 / 400)
