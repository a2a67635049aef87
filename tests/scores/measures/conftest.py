"""Everything that is measured of runs written by hand."""

from collections.abc import Callable

import pytest

from lastresort.scores.measures.look import Look
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord


@pytest.fixture
def measured() -> Callable[[RunRecord, RunRecord], Measurement]:
    """Measure a run against a reference run."""
    return lambda run, reference: Measurement(run, Yardstick(reference))


@pytest.fixture
def beside_itself() -> Callable[[RunRecord], Look]:
    """Look at a run beside itself, for what needs no reference."""
    return lambda run: Look(run, Yardstick(run))
