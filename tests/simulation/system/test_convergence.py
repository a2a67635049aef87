"""Finer ticks and more accounts change little, and ever less."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.run import Run

SMOOTH: dict[str, Any] = {
    "volatility": 0.0,
    "makers": {"withdraw": False},
    "population": {"accounts": 3000, "largest": 0.005},
}
"""A crash without noise, before makers who stay and among accounts of which none is large."""


@pytest.fixture
def by_tick(start: Callable[..., Run], crash: Callable[..., Scenario]) -> Callable[[float], Floats]:
    """Liquidations in each book `[seeds, V x M]`, USD, of runs with one tick length in seconds throughout."""

    def run(dt: float) -> Floats:
        quiet = [{**group, "volatility": 0.0} for group in crash().model_dump()["groups"]]
        clock = {"duration": 600, "calm_tick": dt, "stress_tick": dt, "restless_tick": dt}
        scenario = crash(SMOOTH, groups=quiet, clock=clock)
        return np.array([liquidations(start(scenario, "deep-pocket", seed=seed)) for seed in (1, 2, 3)])

    return run


def liquidations(run: Run) -> Floats:
    """What a run liquidates until the end of its scenario, `[V x M]` USD; nobody needs the prices of its tail."""
    run.play()
    books = run.recorder.books(np.zeros(run.universe.shape), run.prices)
    return np.asarray(books["liquidated_long"] + books["liquidated_short"])


def test_errors_of_the_tick_are_small(by_tick: Callable[[float], Floats]) -> None:
    """Below 2 % in the median book: elsewhere, and below that, one large account more or less decides."""
    exact = by_tick(0.25)
    coarse, middle, fine = (float(np.median(np.abs(by_tick(dt) / exact - 1))) for dt in (2.0, 1.0, 0.5))
    assert max(coarse, middle, fine) < 0.02
    assert by_tick(1.0).sum() == pytest.approx(by_tick(0.5).sum(), rel=0.05)


def test_a_crash_needs_few_accounts(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], liquidated: Callable[[RunRecord], float]
) -> None:
    """400 and 1600 accounts: liquidations within a quarter, troughs within three points, on average over seeds."""
    seen = {}
    for accounts in (400, 1600):
        records = [
            play(crash({"population": {"accounts": accounts}}), "fund+queue-adl", seed=seed) for seed in (1, 2, 3, 4)
        ]
        troughs = [np.average(r.books["trough"], weights=r.books["open_interest_start"]) for r in records]
        seen[accounts] = np.mean([liquidated(record) for record in records]), np.mean(troughs)
    assert seen[400][0] == pytest.approx(seen[1600][0], rel=0.25)
    assert seen[400][1] == pytest.approx(seen[1600][1], abs=0.03)
