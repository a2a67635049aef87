"""Others come first; makers give a part; without attestation they are like others."""

from dataclasses import fields

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, Scope
from lastresort.plugins.testing import MechanismChecks
from protected_makers_adl.rule import ProtectedMakersAdl


class TestProtectedMakersAdl(MechanismChecks):
    @pytest.fixture
    def mechanism(self) -> ProtectedMakersAdl:
        return ProtectedMakersAdl()


def closed(contracts: float, rule: ProtectedMakersAdl) -> list[float]:
    """Contracts closed of two naked shorts, of 10 and 30, and of a short of 60 with 50 hedged on another venue."""
    columns = {
        "quantity": np.array([-10.0, -30.0, -60.0]),
        "attested_hedge": np.array([0.0, 0.0, 50.0]),
        "spendable": np.full(3, 1000.0),
    }
    event = LossEvent(
        time=0.0,
        market=0,
        contracts=contracts,
        dollars=0.0,
        bankruptcy_price=0.9,
        mark=0.8,
        previous_mark=0.8,
        index=0.8,
        last_settlement=1.0,
        fund=0.0,
        fund_peak=0.0,
        uncovered=0.1 * contracts,
        lot=1.0,
        scope=Scope.OPPOSITE,
        candidates=Candidates(**{field.name: columns.get(field.name, np.zeros(3)) for field in fields(Candidates)}),
        random=np.random.default_rng,
    )
    close: list[float] = rule.allocate(event).close.tolist()
    return close


def test_others_are_closed_by_the_same_share() -> None:
    assert closed(20.0, ProtectedMakersAdl()) == [5.0, 15.0, 0.0]


def test_a_maker_gives_at_most_a_tenth() -> None:
    assert closed(80.0, ProtectedMakersAdl()) == pytest.approx([10.0, 30.0, 6.0])


def test_who_is_hedged_too_little_is_no_maker() -> None:
    assert closed(20.0, ProtectedMakersAdl(hedged=0.9)) == pytest.approx([2.0, 6.0, 12.0])


def test_without_attestation_nobody_is_protected() -> None:
    assert closed(20.0, ProtectedMakersAdl(attested=False)) == pytest.approx([2.0, 6.0, 12.0])
