"""A stranger's rule answers one question, and the market does as it says."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    CashView,
    EventKind,
    EventView,
    Floats,
    MarginTerms,
    MarginView,
    Mechanism,
    Prices,
    PriceView,
    Routing,
)
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.accounts.journal import Cause, Posting
from lastresort.simulation.run import Run


class FrozenMarks(Mechanism):
    """Nothing ever happened."""

    name = "frozen-marks"

    def set_prices(self, view: PriceView) -> Prices:
        opening = np.ones(len(view.mark))
        return Prices(trigger=opening, valuation=opening, settlement=opening)


class DoubleMargin(Mechanism):
    """Twice the maintenance margin everybody else asks (cross margin: 1 / 2 / 4 % by tier)."""

    name = "double-margin"

    def require_margin(self, view: MarginView) -> MarginTerms:
        return MarginTerms(isolated_scale=np.full(len(view.mark), 2.0), cross_rate=np.array([0.02, 0.02, 0.04, 0.08]))


class SameMargin(Mechanism):
    """The margin everybody asks anyway."""

    name = "same-margin"

    def require_margin(self, view: MarginView) -> MarginTerms:
        return MarginTerms(isolated_scale=np.ones(len(view.mark)), cross_rate=np.array([0.01, 0.01, 0.02, 0.04]))


class FeesToFund(Mechanism):
    """All fees and surpluses belong to the fund."""

    name = "fees-to-fund"

    def route_cash(self, view: CashView) -> Routing:
        return Routing(to_fund=np.ones(len(view.amount)))


class NothingToFund(Mechanism):
    """All fees and surpluses belong to the venue."""

    name = "nothing-to-fund"

    def route_cash(self, view: CashView) -> Routing:
        return Routing(to_fund=np.zeros(len(view.amount)))


class Diary(Mechanism):
    """Writes down what it is told: time, kind, market, dollars."""

    name = "diary"
    seen: ClassVar[list[tuple[float, int, int, float]]] = []

    def observe(self, view: EventView) -> None:
        for kind, market, dollars in zip(view.kind, view.market, view.dollars, strict=True):
            self.seen.append((view.time, int(kind), int(market), float(dollars)))


def test_frozen_marks_liquidate_nobody(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], liquidated: Callable[[RunRecord], float]
) -> None:
    assert liquidated(play(crash(), "fund+queue-adl")) > 1e9
    assert liquidated(play(crash(), "fund+queue-adl", FrozenMarks)) == 0


def test_more_margin_liquidates_more(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario], liquidated: Callable[[RunRecord], float]
) -> None:
    """Where nobody sends more of it when warned, which would be sooner too."""
    mild = crash(news=[{"time": 120, "size": -0.06, "spread": 300}], top_ups={"share": 0.0})
    for seed in (1, 2):
        usual, double = (play(mild, "fund+pro-rata-adl", *rules, seed=seed) for rules in ((), (DoubleMargin,)))
        assert liquidated(double) > 1.02 * liquidated(usual)


def test_asking_for_the_usual_margin_changes_nothing(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    usual, same = play(crash(), "deep-pocket"), play(crash(), "deep-pocket", SameMargin)
    numbers = usual.books.select_dtypes("number").columns
    np.testing.assert_allclose(same.books[numbers], usual.books[numbers], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("rule", "to_fund"), [(FeesToFund, 1.0), (NothingToFund, 0.0)])
def test_cash_goes_where_the_rule_sends_it(
    start: Callable[..., Run], crash: Callable[..., Scenario], rule: type[Mechanism], to_fund: float
) -> None:
    """A deep pocket leaves the fund alone, so both runs have the same flows and differ in who gets them.

    What liquidation orders cost is the fund's in any case.
    """
    scenario = crash(clock={"audit": 300.0})
    runs = [start(scenario, "deep-pocket at once"), start(scenario, "deep-pocket at once", rule)]
    before = runs[0].ledger.pockets.fund.sum(axis=1)
    for run in runs:
        clearance = np.zeros(len(before))

        def read(posting: Posting, clearance: Floats = clearance) -> None:
            if posting.cause is Cause.LIQUIDATION_ORDER:
                clearance[posting.venue] += posting.fee.sum()

        run.journal.readers.append(read)
        run.play()
        run.ledger.pockets.fund[:, 0] -= clearance
    usual, routed = (run.ledger.pockets for run in runs)
    flows = usual.fund.sum(axis=1) + usual.treasury - before
    assert (usual.treasury > 1e5).all(), "without a rule trading fees go to the treasury"
    np.testing.assert_allclose(routed.fund.sum(axis=1) - before, to_fund * flows, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(routed.treasury, (1 - to_fund) * flows, rtol=1e-9, atol=1e-3)


def test_observers_see_every_loss_event(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    Diary.seen.clear()
    scenario = crash()
    events = play(scenario, "fund+queue-adl+circuit-breaker", Diary).events
    events = events[events["kind"] != "unpaid"]
    logged = [
        (row.time, int(EventKind[str(row.kind).upper()]), scenario.markets.index(str(row.market)), row.dollars)
        for row in events.itertuples()
    ]
    assert {kind for _, kind, _, _ in logged} >= {EventKind.ABSORPTION, EventKind.DELEVERAGING, EventKind.HALT}
    own = {EventKind.TAKEOVER, EventKind.LIQUIDATION_ORDER}
    assert own <= {kind for _, kind, _, _ in Diary.seen}, "the table of loss events leaves out what is no loss yet"
    assert sorted(event for event in Diary.seen if event[1] not in own) == sorted(logged)
