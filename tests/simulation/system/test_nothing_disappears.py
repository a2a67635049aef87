"""What is lost appears in a layer of the deficit, to the last dollar."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate

Crash = Callable[..., Scenario]
Waterfalls = Callable[..., dict[str, Waterfall]]

FALL = {"news": [{"time": 120, "size": -0.9, "spread": 0.001}], "clock": {"duration": 900}}
SQUEEZE = {"news": [{"time": 120, "size": 0.6, "spread": 1}], "clock": {"duration": 900}}


@pytest.fixture(scope="module")
def crashed(crash: Crash, waterfalls: Waterfalls) -> Callable[..., RunRecord]:
    def run(policy: str, **changes: object) -> RunRecord:
        scenario = crash(changes)
        return simulate(scenario, waterfalls(scenario, policy), 1, policy)

    return run


@pytest.mark.parametrize("policy", ["synthetix", "fund+queue-adl"])
def test_nobody_without_a_position_owes_anything(crashed: Callable[..., RunRecord], policy: str) -> None:
    """All but instantly prices fall by 60 to 80 %: those who sell then owe, and the engine bears it in their place."""
    accounts = crashed(policy, **FALL).accounts
    alone = accounts[accounts["isolated"]]
    assert alone["equity_end"].min() > -1e-3
    assert alone["hole"].sum() > 1e8


@pytest.mark.parametrize("world", [FALL, SQUEEZE], ids=["fall", "squeeze"])
def test_debts_at_the_end_are_unpaid(crashed: Callable[..., RunRecord], world: dict[str, object]) -> None:
    """Vertex leaves pairs below zero: they are listed as defaulted, and an event in each book says what is unpaid."""
    record = crashed("vertex", **world)
    owing = record.accounts[record.accounts["equity_end"] < -1]
    assert len(owing) > 1
    assert owing["defaulted"].all()
    debt = -owing["equity_end"].sum()
    assert debt > 1e6
    assert record.books["unpaid"].sum() > debt * (1 - 1e-9)
    assert record.totals["unpaid"] == pytest.approx(record.books["unpaid"].sum())
    unpaid = record.events[record.events["kind"] == "unpaid"]
    books = record.books[record.books["unpaid"] > 1]
    assert np.sort(unpaid["dollars"]) == pytest.approx(np.sort(books["unpaid"]))
    assert set(zip(unpaid["venue"], unpaid["market"], strict=True)) == set(
        zip(books["venue"], books["market"], strict=True)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"desks": {"basis_rate": 5}},
        {"desks": {"basis_rate": 1e9}},
        {"retail": {"panic_time": 1e-9}},
        {"news": [{"time": 100 * k, "size": -0.999, "spread": 10} for k in range(1, 5)]},
    ],
    ids=["basis_rate 5", "basis_rate 1e9", "panic at once", "four headlines of -0.999"],
)
def test_cells_that_close_whole_leave_numbers(crashed: Callable[..., RunRecord], changes: dict[str, object]) -> None:
    record = crashed("fund+queue-adl", **changes | {"clock": {"duration": 1200}})
    assert np.isfinite(record.accounts.select_dtypes("number")).all(axis=None)
    assert record.totals["conservation_error"] < 1e-9
