"""Everything a rule may ask of the engine, in whole runs: each conserves, repeats, and leaves its trace."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import RunRecord, Scenario, simulate

SHORT: dict[str, Any] = {
    "clock": {"duration": 1200, "calm_tick": 20, "stress_tick": 5, "audit": 300.0},
    "population": {"accounts": 400},
    "books": {"funding_interval": 300.0},
}
STACKS: dict[str, tuple[str | tuple[str, dict[str, Any]], ...]] = {
    "orders, then a vault": ("half-until-close", "backstop-takeover", "insurance-fund", "backstop-vault", "queue-adl"),
    "throttle": ("block-throttle", "full-takeover", "pooled-fund", "fund-replenishment", "pro-rata-adl"),
    "providers": ("order-then-assignment", "insurance-fund", "committed-providers", "queue-adl"),
    "clearing house": (
        "full-takeover",
        "skin-in-the-game",
        "default-fund",
        "cash-call",
        ("gains-haircut", {"cycle": 300.0}),
        "partial-tear-up",
    ),
    "IOUs": ("full-takeover", "claim-repayment", "insurance-fund", "bullish-profit-claims", "queue-adl"),
    "settlement": ("settle-insolvent-market", "full-takeover", "insurance-fund"),
    "brakes": (
        ("price-band", {"width": 0.01}),
        ("volatility-auction", {"dynamic": 0.01, "static": 0.04, "auction": 60.0}),
        "funding-cap",
        "withdrawal-haircut",
        "full-takeover",
        "insurance-fund",
        "queue-adl",
    ),
    "at the end of the run": ("full-takeover", "profit-clawback"),
    "severity": ("full-takeover", "insurance-fund", "static-severity", "pro-rata-adl", "socialized-loss"),
}
TRACES: dict[str, Callable[[RunRecord], bool]] = {
    "orders, then a vault": lambda record: bool(
        (record.events.query("kind == 'absorption' and mechanism == 'backstop-vault'")["contracts"] > 0).any()
    ),
    "throttle": lambda record: record.totals["fund_paid"] > 0,
    "providers": lambda record: "assignment" in set(record.events["kind"]),
    "clearing house": lambda record: min(record.totals["capital_paid"], record.totals["default_fund_paid"]) > 0,
    "IOUs": lambda record: "charge" in set(record.events["kind"]),
    "settlement": lambda record: "settlement" in set(record.events["kind"]),
    "brakes": lambda record: "halt" in set(record.events["kind"]),
    "at the end of the run": lambda record: set(record.events.query("kind == 'charge'")["time"]) == {1200.0},
    "severity": lambda record: {"deleveraging", "charge"} <= set(record.events["kind"]),
}


@pytest.fixture(scope="module")
def stacked(crash: Callable[..., Scenario]) -> Callable[[str], RunRecord]:
    """Play the short crash under one of the stacks, always anew."""
    catalogue = Catalogue.load()

    def run(name: str) -> RunRecord:
        steps = [Step(use=s) if isinstance(s, str) else Step(use=s[0], parameters=s[1]) for s in STACKS[name]]
        policy = Policy(name="under-test", title=name, summary=name, waterfall=tuple(steps))
        scenario = crash(SHORT)
        return simulate(scenario, {venue.name: build_waterfall(policy, catalogue) for venue in scenario.venues}, 3)

    return run


def table_bytes(record: RunRecord) -> list[bytes]:
    """The tables of a record as Parquet files."""
    files = []
    for table in (record.accounts, record.legs, record.strategies, record.books, record.series, record.events):
        buffer = BytesIO()
        table.to_parquet(buffer)
        files.append(buffer.getvalue())
    return files


@pytest.mark.parametrize("name", STACKS)
def test_it_conserves_repeats_and_leaves_its_trace(stacked: Callable[[str], RunRecord], name: str) -> None:
    record, again = stacked(name), stacked(name)
    assert record.accounts["liquidated"].sum() > 1e7, "there was something to deal with"
    assert 0 <= record.totals["conservation_error"] < 1e-9
    assert TRACES[name](record)
    assert table_bytes(record) == table_bytes(again)
    numbers = record.accounts.select_dtypes("number").to_numpy()
    assert np.isfinite(numbers).all()
