"""Funding moves money between accounts and makes none; a hedged short earns it, and the basis, and nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats
from lastresort.simulation import Scenario
from lastresort.simulation.accounts.population import BASIS
from lastresort.simulation.accounts.strategies import account_equity
from lastresort.simulation.run import Run

OFTEN: dict[str, Any] = {"books": {"funding_interval": 300.0}}
PATIENT: dict[str, Any] = {"desks": {"basis_rate": 0.0, "basis_leverage": ((1.05,) * 3, (1.1,) * 3)}}


@pytest.fixture
def payments(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], list[tuple[Floats, float, float]]]:
    """Play a run; for each funding payment USD per contract `[V, M]`, USD paid in all, and USD by which wealth grew."""

    def wealth(run: Run) -> float:
        ledger, prices = run.ledger, run.prices
        outside = ledger.engine_cash + ledger.backstop_cash
        outside = outside + (ledger.engine_quantity + ledger.backstop_quantity) * prices.valuation
        return float(account_equity(ledger, prices).sum() + outside.sum())

    def watch(run: Run) -> list[tuple[Floats, float, float]]:
        paid: list[tuple[Floats, float, float]] = []
        pay = run.ledger.pay_funding

        def note(rate: Floats, mark: Floats) -> None:
            turnover, before = float((np.abs(rate * mark) * run.ledger.open_interest()).sum()), wealth(run)
            pay(rate, mark)
            paid.append((rate * mark, turnover, wealth(run) - before))

        monkeypatch.setattr(run.ledger, "pay_funding", note)
        run.play()
        return paid

    return watch


def test_funding_is_zero_sum(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    payments: Callable[[Run], list[tuple[Floats, float, float]]],
) -> None:
    paid = payments(start(crash(OFTEN), "fund+queue-adl"))
    assert len(paid) == 8, "2400 s / 300 s"
    assert sum(turnover for _, turnover, _ in paid) > 1e6, "somebody paid"
    for _, turnover, growth in paid:
        assert abs(growth) < 1e-9 * turnover + 1e-3


def test_a_hedged_short_earns_the_basis_and_funding_only(
    start: Callable[..., Run],
    crash: Callable[..., Scenario],
    payments: Callable[[Run], list[tuple[Floats, float, float]]],
) -> None:
    """Short q perpetuals and long q of spot from 1.00 earn q x (index - mark at the end + funding per contract)."""
    run = start(crash(OFTEN, PATIENT), "deep-pocket")
    isolated = run.ledger.isolated
    desks = np.flatnonzero(isolated.cohort == BASIS)
    size, book = np.abs(isolated.quantity[desks]), isolated.book[desks]
    received = sum(per_contract.ravel()[book] for per_contract, _, _ in payments(run))
    basis = (run.prices.index - run.prices.mark).ravel()[book]
    table = run.strategies.table(run.prices)
    pnl = table.loc[table["cohort"] == "basis", "pnl"].to_numpy()
    assert np.abs(received).max() > 1e-4
    assert np.abs(basis).max() > 1e-4
    owners, desk = np.unique(isolated.owner[desks], return_inverse=True)
    held, earned = (np.bincount(desk, column, len(owners)) for column in (size, size * (basis + received)))
    whole = np.bincount(desk, run.ledger.burden.liquidated[desks], len(owners)) == 0
    assert whole.sum() > len(owners) / 2
    np.testing.assert_allclose((pnl / held)[whole], (earned / held)[whole], rtol=0, atol=1e-9)
