"""A liquidation cascade with a known end: uniform thresholds against constant depth.

Liquidation thresholds of density lambda (contracts per unit log price) meet a book of constant depth n: each unit of
fall frees lambda contracts, whose sale moves the price by lambda / n = R. A shock eps ends at eps (1 + R + R^2 + ...) =
eps / (1 - R); for R > 1 only the last threshold ends it.
"""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.simulation import Scenario
from lastresort.simulation.accounts.population import RETAIL, CrossDraw, IsolatedDraw, Pairs
from lastresort.simulation.run import Run

DEPTH = 1e9
SHOCK = 0.01
REACH = 0.3
ACCOUNTS = 3000
NEVER = 1e12

QUIET = {
    "name": "branching",
    "title": "Thresholds against depth",
    "summary": "One book without recovery, far orders, fees, hedges or panic.",
    "open_interest": DEPTH,
    "volatility": 0.0,
    "news": [{"time": 0, "size": -SHOCK, "spread": 1.0}],
    "venues": [{"name": "only", "open_interest": 1, "depth": 1, "fund": 0}],
    "groups": [{"name": "btc", "tier": 0, "markets": 1, "open_interest": 1, "beta": 1, "volatility": 0}],
    "clock": {"duration": 1200, "calm_tick": 1, "stress_tick": 1, "restless_tick": 1},
    "books": {
        "near": (1, 1, 1),
        "far": (0, 0, 0),
        "recovery": NEVER,
        "mark_average": 1e-3,
        "mark_clamp": (9, 9, 9),
        "fee": 0,
    },
    "makers": {"entities": 1, "withdraw": False, "hedge_time": NEVER},
    "buyers": {"cash": (0, 0, 0)},
    "carry": {"capital": 0},
    "desks": {"pairs": 0},
    "retail": {"panic_start": (1, 1, 1)},
    "margin": {"floor": (0, 0, 0), "cap": (0, 0, 0), "slicing": 2, "remnant": 1},
}


def uniform_thresholds(ratio: float) -> tuple[IsolatedDraw, CrossDraw]:
    """Longs with liquidation log prices spread evenly over (-REACH, 0), `ratio` x DEPTH contracts per unit.

    Without maintenance margin a long of leverage L is liquidated at 1 - 1 / L. Makers hold the shorts. One pair and one
    arbitrageur hold a single contract each, so that every table has a row.
    """
    distance = (np.arange(ACCOUNTS) + 0.5) * REACH / ACCOUNTS
    size = np.full(ACCOUNTS, ratio * DEPTH * REACH / ACCOUNTS)
    nobody, first, one = np.full(ACCOUNTS, np.nan), np.zeros(1, dtype=np.int64), np.ones(1)
    book = np.zeros(ACCOUNTS, dtype=np.int64)
    leverage = -1 / np.expm1(-distance)
    longs = IsolatedDraw(book, np.full(ACCOUNTS, RETAIL), size, leverage, np.ones(ACCOUNTS), nobody)
    pairs = Pairs(first, first, first, one, one, 9 * one, one, one)
    shorts = np.full((1, 1, 1), -size.sum())
    single = np.ones((1, 1, 1))
    return longs, CrossDraw(pairs, single, np.full((1, 1), 9.0), shorts, np.full(1, 3.0), single, single)


@pytest.fixture
def log_fall(start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Callable[[float], float]:
    """Fall of the log price at the end of a cascade with a given R."""

    def fall(ratio: float) -> float:
        draw = uniform_thresholds(ratio)
        monkeypatch.setattr("lastresort.simulation.run.draw_population", lambda universe, seed: draw)
        run = start(Scenario.model_validate(QUIET), "deep-pocket")
        run.go()
        assert np.abs(run.ledger.engine_quantity).max() < 1, "everything seized was sold"
        return -float(np.log(run.prices.mid[0, 0]))

    return fall


@pytest.mark.parametrize("ratio", [0.3, 0.6, 0.8])
def test_a_cascade_multiplies_the_shock(log_fall: Callable[[float], float], ratio: float) -> None:
    assert log_fall(ratio) == pytest.approx(SHOCK / (1 - ratio), rel=0.02)


@pytest.mark.parametrize("ratio", [1.1, 1.5])
def test_a_runaway_ends_with_the_last_threshold(log_fall: Callable[[float], float], ratio: float) -> None:
    assert log_fall(ratio) == pytest.approx(SHOCK + ratio * REACH, rel=1e-6)
