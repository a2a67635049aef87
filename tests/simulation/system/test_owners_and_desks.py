"""Owners with accounts in several books are one owner in every table; desks that lose a leg, makers that lose all."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.accounts.population import CARRY
from lastresort.simulation.run import Run

POLICY = "fund+queue-adl"
QUIET: dict[str, Any] = {"news": [], "volatility": 0.0}


@pytest.fixture
def record(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> RunRecord:
    """The small crash."""
    return play(crash(), POLICY)


def test_an_owner_has_the_number_of_its_first_account(record: RunRecord) -> None:
    accounts = record.accounts
    first = accounts.groupby("owner")["account"].min()
    assert (first == first.index).all()
    spread = accounts[accounts["isolated"]].groupby("owner")
    assert (spread["market"].nunique() > 1).any()
    assert (spread["venue"].nunique() > 1).any()
    assert (spread["cohort"].nunique() == 1).all()
    retail = accounts[accounts["cohort"] == "retail"]
    assert retail["owner"].is_unique, "retail owners trade in one book"


def test_strategies_and_fills_know_the_same_owners(record: RunRecord) -> None:
    accounts, strategies, fills = record.accounts, record.strategies, record.fills
    assert strategies["owner"].is_unique
    basis = strategies[strategies["cohort"] == "basis"]
    desks = accounts[accounts["cohort"] == "basis"]
    assert len(desks) > len(basis) > 0, "some desks have several accounts"
    gross = desks.groupby("owner")["gross_start"].sum()
    assert set(gross.index) == set(basis["owner"])
    np.testing.assert_allclose(2 * gross[basis["owner"]], basis["gross_start"], err_msg="spot against each short")
    owner = accounts.set_index("account")["owner"]
    np.testing.assert_array_equal(fills["owner"], owner[fills["account"]])


def test_carry_desks_repair_a_lost_leg(start: Callable[..., Run], crash: Callable[..., Scenario]) -> None:
    """Spot whose perpetuals are gone is sold within the re-hedging time, 300 s; 2,400 s leave e^-8 of it."""
    run = start(crash(QUIET), POLICY)
    cross, lost = run.ledger.cross, 1e7
    cross.carry_spot[0] += lost
    run.play()
    naked = cross.quantity[cross.rows[CARRY]].sum(axis=0) + cross.carry_spot
    assert abs(naked[0]) < 1e-3 * lost
    assert abs(naked[0]) > 1e-5 * lost
    assert cross.carry_spot_cash == pytest.approx(lost, rel=0.05), "sold near the price of 1"


def test_a_maker_that_has_lost_all_it_had_fails_for_good(
    start: Callable[..., Run], crash: Callable[..., Scenario]
) -> None:
    """Its margin is intact, and its spot has lost more than that: no quotes and no hedges of its any more."""
    run = start(crash(QUIET), POLICY)
    cross = run.ledger.cross
    cross.maker_spot_cash[0] -= 1e11
    before = cross.maker_spot[0].copy()
    run.play()
    assert run.makers.failed.tolist() == [True] + [False] * (len(run.makers.failed) - 1)
    assert (run.makers.quoting[0] == 0).all()
    assert (run.makers.quoting[1:] > 0).all()
    np.testing.assert_allclose(cross.maker_spot[0], before, rtol=1e-3)
    cross.maker_spot_cash[0] += 2e11
    run.makers.refresh(cross, run.prices, 1.0)
    assert run.makers.failed[0], "new money does not bring it back"
