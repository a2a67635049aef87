"""What must rise when something else does, over common seeds.

Whether a bigger fund shrinks the fall, whether deleveraging deepens it and whether breakers help are findings of the
laboratory, so nothing here asserts them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.simulation import RunRecord, Scenario

SEEDS = (1, 2, 3)
POLICY = "fund+queue-adl"


def shock(size: float) -> dict[str, Any]:
    """A headline of another size."""
    return {"news": [{"time": 120, "size": -size, "spread": 300}]}


def leverage(multiple: float) -> dict[str, Any]:
    """Retail longs with other median leverage."""
    return {"retail": {"leverage": (multiple * 2.2, multiple * 1.7, multiple * 1.35)}}


def nervousness(multiple: float) -> dict[str, Any]:
    """Makers whose quotes leave at lower volatility."""
    scale = (10.0 / multiple, 8.0 / multiple, 8.0 / multiple)
    return {"makers": {"volatility_scale": scale, "common_scale": 4.0 / multiple}}


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param([shock(0.04), shock(0.08), shock(0.16)], id="shock"),
        pytest.param([leverage(0.7), leverage(1.0), leverage(1.2)], id="leverage"),
        pytest.param([nervousness(0.01), nervousness(0.25), nervousness(2.0)], id="maker-sensitivity"),
    ],
)
def test_liquidations_rise(
    play: Callable[..., RunRecord],
    crash: Callable[..., Scenario],
    liquidated: Callable[[RunRecord], float],
    settings: list[dict[str, Any]],
) -> None:
    total = [sum(liquidated(play(crash(one), POLICY, seed=seed)) for seed in SEEDS) for one in settings]
    assert total == sorted(total)
    assert total[-1] > 1.3 * total[0]


def test_without_funds_there_is_more_deleveraging_than_with_boundless_ones(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    def deleveraged(multiple: float, seed: int) -> float:
        venues = [{**venue, "fund": multiple * venue["fund"]} for venue in crash().model_dump()["venues"]]
        return float(play(crash(venues=venues), POLICY, seed=seed).books["deleveraged"].sum())

    for seed in SEEDS:
        without, boundless = (deleveraged(multiple, seed) for multiple in (0.0, 1e6))
        assert without > boundless, "in between a fund lets a crash go on that deleveraging would have ended"


def test_hedge_legs_lost_rise_with_blindness_to_hedges(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    """Hedge-aware <= pro rata <= queue, in the mean of the four cohorts' gross-weighted shares of legs closed."""
    for seed in SEEDS:
        lost = [
            legs_closed(play(crash(), policy, seed=seed).strategies)
            for policy in ("fund+hedge-aware-adl", "fund+pro-rata-adl", "fund+queue-adl")
        ]
        assert 0 <= lost[0] <= lost[1] <= lost[2]
        assert lost[2] > 0.02


def legs_closed(strategies: pd.DataFrame) -> float:
    """Mean over cohorts of the share of starting legs force-closed, weighted by gross within each."""
    cohorts = [mine for _, mine in strategies.groupby("cohort")]
    assert len(cohorts) == 4
    return float(np.mean([np.average(mine["forced_share"], weights=mine["gross_start"]) for mine in cohorts]))


def test_gaps_between_venues_rise_with_congestion(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    """Collateral that arrives in seconds keeps arbitrageurs trading; one slow server for everybody does not."""
    stretched = {**shock(0.06), "desks": {"arbitrage_equity": (0.18, 0.20)}}
    free = {"rails": {"servers": 64, "service": 20.0}}
    jammed = {"rails": {"servers": 1, "service": 3000.0, "rivals_calm": 25.0}}

    def gap(rails: dict[str, Any]) -> float:
        records = [play(crash(stretched, rails), "deep-pocket", seed=seed) for seed in (1, 2, 3, 4, 5)]
        return float(np.mean([record.series["gap_btc"].mean() for record in records]))

    assert gap(jammed) > 1.05 * gap(free) > 0


def test_a_calm_market_liquidates_little_and_closes_nobody(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], liquidated: Callable[[RunRecord], float]
) -> None:
    """A day without news and with funds of the usual size, about 1 % of open interest: at most 1.5 B USD of 235.9 B."""
    venues = [{**venue, "fund": 1.2e9} for venue in crash().model_dump()["venues"]]
    calm = crash(news=[], venues=venues, clock={"duration": 86400, "calm_tick": 30})
    records = [play(calm, POLICY, seed=seed) for seed in SEEDS]
    assert all(record.books["deleveraged"].sum() == 0 for record in records)
    assert all(liquidated(record) < 1.5e9 for record in records)
    assert sum(liquidated(record) for record in records) > 0, "leverage has its everyday fee"
