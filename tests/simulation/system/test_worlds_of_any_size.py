"""Open interest from 1 USD to 1e18 USD, and worlds with as little in them as possible: each runs to its end."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate

Crash = Callable[..., Scenario]
Waterfalls = Callable[..., dict[str, Waterfall]]

BTC = {"name": "btc", "tier": 0, "markets": 1, "open_interest": 1.0, "beta": 1.0, "volatility": 0.004}
BARE: dict[str, Mapping[str, Any]] = {
    "one venue": {"venues": [{"name": "only", "open_interest": 1, "depth": 1, "fund": 0}]},
    "one market": {"groups": [BTC], "desks": {"pairs": 0}},
    "small caps only": {"groups": [BTC | {"name": "small", "tier": 2, "markets": 2}]},
    "a tiny venue": {
        "venues": [
            {"name": "big", "open_interest": 1 - 1e-9, "depth": 1 - 1e-9, "fund": 1e8},
            {"name": "tiny", "open_interest": 1e-9, "depth": 1e-9, "fund": 1e8},
        ]
    },
    "no makers": {"desks": {"basis": [0, 0, 0], "arbitrage": [0, 0, 0], "pairs": 0}, "shorts": {"share": [1, 1, 1]}},
    "no volatility": {"volatility": 0, "groups": [BTC | {"volatility": 0}], "desks": {"pairs": 0}},
    "no news": {"news": []},
    "no tail": {"population": {"tail_share": 0}},
    "no body": {"population": {"tail_share": 1}},
    "shorter than a tick": {"clock": {"duration": 0.5}},
    "a fund beyond measure": {
        "venues": [{"name": "only", "open_interest": 1, "depth": 1, "fund": 1e18}],
    },
}


def run(waterfalls: Waterfalls, scenario: Scenario, policy: str) -> RunRecord:
    return simulate(scenario, waterfalls(scenario, policy), 1, policy)


@pytest.mark.parametrize("policy", ["gmx", "okex-2018", "synthetix"])
def test_a_small_world_is_a_large_one_in_small(crash: Crash, waterfalls: Waterfalls, policy: str) -> None:
    """Money per USD of open interest is the same where thresholds are in proportion; funds are left out.

    These policies have no thresholds in USD of their own, such as the size of a position that is sent whole.
    """
    venues = [{"name": n, "open_interest": 0.5, "depth": 0.5, "fund": 0} for n in ("big", "tail")]
    world = {"venues": venues, "clock": {"duration": 900}}
    records = [run(waterfalls, crash(open_interest=10.0**size, **world), policy) for size in (0, 9, 12, 18)]
    deficits = np.array([record.totals["deficit"] / record.books["open_interest_start"].sum() for record in records])
    small, large = deficits[:2], deficits[2:]
    assert small == pytest.approx(small[0], rel=1e-3)
    assert large == pytest.approx(large[0], rel=1e-3)
    assert max(record.totals["conservation_error"] for record in records) < 1e-12


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("policy", ["fund+queue-adl", "synthetix"])
@pytest.mark.parametrize("world", BARE)
def test_a_bare_world_runs(crash: Crash, waterfalls: Waterfalls, world: str, policy: str) -> None:
    record = run(waterfalls, crash({"clock": {"duration": 900}}, **BARE[world]), policy)
    assert record.totals["conservation_error"] < 1e-12
    assert np.isfinite(record.accounts["equity_end"]).all()
    assert np.isfinite(record.books.select_dtypes("number")).all(axis=None)
