"""Under every built-in policy money and contracts are conserved, and the layers of the waterfall add up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Allocation, LossEvent
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.run import Run

POLICIES = (
    "deep-pocket",
    "warehouse",
    "fund+queue-adl",
    "fund+pro-rata-adl",
    "fund+hedge-aware-adl",
    "fund+socialized-loss",
    "fund+queue-adl+circuit-breaker",
)
LAYERS = ("fund_paid", "backstop_paid", "haircut", "charged", "unpaid")


@pytest.mark.parametrize("policy", POLICIES)
def test_every_event_balances(play: Callable[..., RunRecord], crash: Callable[..., Scenario], policy: str) -> None:
    record = play(crash(), policy)
    assert record.accounts["liquidated"].sum() > 0, "there was something to balance"
    assert 0 <= record.totals["conservation_error"] < 1e-11


@pytest.mark.parametrize("policy", POLICIES)
def test_layers_add_up_to_the_deficit(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], policy: str
) -> None:
    record = play(crash(), policy)
    books, totals = record.books, record.totals
    gross = sum(abs(totals[layer]) for layer in LAYERS)
    assert sum(books[layer].sum() for layer in LAYERS) == pytest.approx(totals["deficit"], abs=1e-9 * gross + 1e-6)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_accounts_bore_is_what_the_waterfall_took(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], policy: str
) -> None:
    record = play(crash(), policy)
    accounts, totals = record.accounts, record.totals
    borne = accounts["direct_loss"].sum() - accounts["direct_benefit"].sum()
    tolerance = 1e-9 * (accounts["direct_loss"].sum() + accounts["direct_benefit"].sum()) + 1e-6
    assert borne == pytest.approx(totals["haircut"] + totals["charged"], abs=tolerance)
    assert accounts["closed"].sum() == pytest.approx(record.books["deleveraged"].sum(), rel=1e-9, abs=1e-6)


@pytest.fixture
def after_each(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run, str], list[tuple[dict[str, Any], float, float]]]:
    """Play a run; for each event of one kind its row, then the engine's contracts and its net worth in USD."""

    def watch(run: Run, kind: str) -> list[tuple[dict[str, Any], float, float]]:
        left: list[tuple[dict[str, Any], float, float]] = []
        resolve, ledger = run.resolution.settle, run.ledger

        def settle(*asked: Any, **named: Any) -> None:
            before = len(run.log.rows)
            resolve(*asked, **named)
            for row in run.log.rows[before:]:
                if row["kind"] == kind:
                    book = run.universe.venues.index(row["venue"]), run.universe.markets.index(row["market"])
                    worth = ledger.engine_cash[book] + ledger.engine_quantity[book] * run.prices.mid[book]
                    left.append((row, float(ledger.engine_quantity[book]), float(worth)))

        monkeypatch.setattr(run.resolution, "settle", settle)
        run.go()
        return left

    return watch


def test_a_charge_is_the_deficit_and_not_a_cent_more(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    after_each: Callable[[Run, str], list[tuple[dict[str, Any], float, float]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once gains were cut, what the engine holds is worth exactly what it owes, unless there were too few gains."""
    asked: list[tuple[float, float]] = []
    allocate = SocializedLoss.allocate

    def noted(rule: SocializedLoss, event: LossEvent) -> Allocation:
        gains = np.minimum(np.maximum(event.candidates.profit, 0.0), event.candidates.spendable)
        if gains.any():
            asked.append((event.dollars, float(gains.sum())))
        return allocate(rule, event)

    monkeypatch.setattr(SocializedLoss, "allocate", noted)
    charges = after_each(start(crash(), "fund+socialized-loss"), "charge")
    assert sum(row["dollars"] for row, _, _ in charges) > 1e9
    enough = 0
    for (row, _, worth), (dollars, gains) in zip(charges, asked, strict=True):
        assert row["dollars"] == pytest.approx(min(dollars, gains), rel=1e-9)
        if gains > dollars:
            enough += 1
            assert abs(worth) < 1e-9 * row["dollars"] + 1e-3
    assert enough >= 10


def test_the_engine_ends_at_zero_after_deleveraging(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    after_each: Callable[[Run, str], list[tuple[dict[str, Any], float, float]]],
) -> None:
    """Where accounts closed all of its position at its bankruptcy price, the engine keeps no contract and no cent."""
    closes = after_each(start(crash(), "fund+queue-adl"), "deleveraging")
    placed = [(row, worth) for row, contracts, worth in closes if abs(contracts) < 1e-9 * abs(row["contracts"])]
    assert len(placed) >= 10
    for row, worth in placed:
        assert abs(worth) < 1e-9 * abs(row["contracts"]) + 1e-3


def test_a_huge_fund_leaves_nothing_to_share(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    rich = {"venues": [{**venue, "fund": 1e13} for venue in crash().model_dump()["venues"]]}
    record = play(crash(rich), "fund+queue-adl")
    assert record.totals["fund_paid"] > 0
    assert record.books["deleveraged"].sum() == 0
    assert record.accounts["direct_loss"].max() == 0
    assert np.isclose(record.totals["deficit"], record.totals["fund_paid"])
