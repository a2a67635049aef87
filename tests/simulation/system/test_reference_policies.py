"""The two yardsticks: under `deep-pocket` nobody pays for another, under `warehouse` the engine never sells."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Admission, Mechanism, OrderKind, OrderView, Payer
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.run import Run

EVEN: dict[str, Any] = {"clock": {"calm_tick": 4, "stress_tick": 4, "restless_tick": 4}}
"""The clock quickens while engines hold inventory; one step for all makes runs with and without comparable."""


class NoSales(Mechanism):
    """The engine may not sell."""

    name = "no-sales"

    def admit(self, view: OrderView) -> Admission:
        return Admission(fraction=np.where(view.kind == OrderKind.LIQUIDATION, 0.0, 1.0))


@pytest.fixture
def seized(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], dict[tuple[int, int], float]]:
    """Play a run to its end and return the contracts taken over in each book, (venue, market)."""

    def watch(run: Run) -> dict[tuple[int, int], float]:
        taken = {(v, m): 0.0 for v in range(len(run.universe.venues)) for m in range(len(run.universe.markets))}
        seize = run.ledger.seize

        def note(account: Any, market: Any, quantity: Any, *rest: Any) -> None:
            for v, m, q in zip(run.ledger.venue_of(account), market, quantity, strict=True):
                taken[int(v), int(m)] += float(q)
            seize(account, market, quantity, *rest)

        monkeypatch.setattr(run.ledger, "seize", note)
        run.play()
        return taken

    return watch


def test_a_deep_pocket_leaves_every_account_alone(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    record = play(crash(), "deep-pocket")
    assert record.totals["backstop_paid"] > 1e9
    assert record.totals["deficit"] == pytest.approx(record.totals["backstop_paid"], rel=1e-2)
    for column in ("direct_loss", "direct_benefit", "closed"):
        assert record.accounts[column].abs().max() == 0
    assert set(record.events["kind"]).isdisjoint({"deleveraging", "charge"})
    assert record.strategies["forced_share"].max() == 0


def test_a_warehouse_holds_all_that_was_seized(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    seized: Callable[[Run], dict[tuple[int, int], float]],
) -> None:
    run = start(crash(), "warehouse at once")
    taken = seized(run)
    assert max(taken.values()) > 1e8
    for (v, m), contracts in taken.items():
        assert run.ledger.backstop_quantity[v, m] == pytest.approx(contracts, rel=1e-9, abs=1.0)
    assert np.abs(run.ledger.engine_quantity).max() == 0
    assert run.log.paid[Payer.BACKSTOP].sum() == 0


def test_a_refused_sale_stays_with_the_engine(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    seized: Callable[[Run], dict[tuple[int, int], float]],
) -> None:
    run = start(crash(), "deep-pocket", NoSales)
    for (v, m), contracts in seized(run).items():
        assert run.ledger.engine_quantity[v, m] == pytest.approx(contracts, rel=1e-9, abs=1e-3)


def test_prices_under_a_warehouse_are_those_without_any_sale(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    """Two ways to keep seized positions off the market must give one price path, above the one with sales."""
    held, refused = play(crash(EVEN), "warehouse at once"), play(crash(EVEN), "deep-pocket at once", NoSales)
    prices = [f"price_{group.name}" for group in crash().groups]
    np.testing.assert_allclose(held.series[prices], refused.series[prices], rtol=1e-9)
    sold = play(crash(EVEN), "deep-pocket at once")
    assert (sold.series[prices].min() < held.series[prices].min() - 0.005).all()
