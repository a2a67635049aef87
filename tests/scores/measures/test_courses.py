"""The course of a run in steps of five minutes, by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.scores.measures.courses import course
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]


def test_levels_flows_and_extremes(a_run: Run) -> None:
    """Twelve samples a minute apart make three steps, the last of two minutes."""
    samples = [
        {"price_btc": float(minute), "gap_btc": float(minute in (2, 7)), "liquidated_long": 10.0 * minute}
        for minute in range(1, 13)
    ]
    found = course(a_run(series=samples))
    assert found["series_time"].tolist() == [300.0, 600.0, 900.0]
    assert found["series_price_btc"].tolist() == [5.0, 10.0, 12.0]
    assert found["series_gap_btc"].tolist() == [1.0, 1.0, 0.0]
    assert found["series_liquidated_long"].tolist() == [50.0, 50.0, 20.0]
    assert {column.dtype for column in found.values()} == {np.dtype(np.float32)}


def test_a_run_that_is_over_early_has_one_step(a_run: Run) -> None:
    found = course(a_run(series=[{"basis_btc": 0.25}]))
    assert found["series_time"].tolist() == [300.0]
    assert found["series_basis_btc"] == pytest.approx([0.25])
