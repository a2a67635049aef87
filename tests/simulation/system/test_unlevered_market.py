"""Without leverage nobody is liquidated, and without anybody's reaction prices are the exogenous ones."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lastresort.simulation import RunRecord, Scenario

UNLEVERED: dict[str, Any] = {
    "retail": {"leverage": (0.01, 0.01, 0.01)},  # drawn leverage is never below 1.02
    "shorts": {"leverage": 0.01, "momentum_leverage": (1.02, 1.02)},
    "desks": {
        "basis_leverage": ((1.02, 1.02, 1.02), (1.02, 1.02, 1.02)),
        "pairs_leverage": (0.5, 0.5),
        "arbitrage_equity": (1.0, 1.0),
    },
    "whales": {"share": 0.0},
    "makers": {"leverage": [0.5, 0.5]},
}
UNMOVED: dict[str, Any] = {
    "retail": {"stops": 0.0, "panic_time": 1e15},
    "shorts": {"take_profit_time": 1e15, "momentum_trigger": (9.0, 9.5)},  # opening far below the trough
    "desks": {"basis_rate": 0.0},
}


def test_nobody_is_liquidated(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    record = play(crash(UNLEVERED), "fund+queue-adl")
    assert record.accounts["liquidated"].max() == 0
    assert record.totals["deficit"] == 0
    assert record.books["exogenous_trough"].max() < -0.10, "the market did crash"


def test_the_trough_is_the_exogenous_one(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    books = play(crash(UNLEVERED, UNMOVED), "fund+queue-adl").books
    np.testing.assert_allclose(books["trough"], books["exogenous_trough"], rtol=0, atol=1e-9)


def test_leverage_deepens_the_same_crash(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    books = play(crash(UNMOVED), "fund+queue-adl").books
    btc = books[books["market"] == "btc"]
    assert (btc["trough"] < btc["exogenous_trough"] - 0.01).all()
