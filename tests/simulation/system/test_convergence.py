"""Finer ticks and more accounts change little, and ever less."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.simulation import RunRecord, Scenario

SEEDS = (1, 2, 3)
STEADY: dict[str, Any] = {"makers": {"withdraw": False}}
"""Makers who stay make the crash smooth: the path of liquidations has no cliffs for a tick to step over."""


@pytest.fixture
def by_tick(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], liquidated: Callable[[RunRecord], float]
) -> Callable[[float], np.ndarray[Any, Any]]:
    """Liquidations and mean trough for each seed, `[seeds, 2]`, of runs with one tick length in seconds throughout."""

    def run(dt: float) -> np.ndarray[Any, Any]:
        scenario = crash(STEADY, {"clock": {"duration": 900, "calm_tick": dt, "stress_tick": dt}})
        records = [play(scenario, "deep-pocket", seed=seed) for seed in SEEDS]
        return np.array([(liquidated(record), record.books["trough"].mean()) for record in records])

    return run


def test_errors_shrink_with_the_tick(by_tick: Callable[[float], np.ndarray[Any, Any]]) -> None:
    exact = by_tick(0.25)
    coarse, middle, fine = (np.abs(by_tick(dt) - exact).mean(axis=0) for dt in (2.0, 1.0, 0.5))
    assert (coarse > 1.6 * middle).all()
    assert (middle > 1.6 * fine).all()
    assert middle[0] < 0.05 * exact[:, 0].mean()


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
