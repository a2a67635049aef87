"""Others come first; makers give a part; without attestation they are like others."""

import pytest

from lastresort.plugins.testing import MechanismChecks, candidates, loss_event
from protected_makers_adl.rule import ProtectedMakersAdl


class TestProtectedMakersAdl(MechanismChecks):
    @pytest.fixture
    def mechanism(self) -> ProtectedMakersAdl:
        return ProtectedMakersAdl()


def closed(contracts: float, rule: ProtectedMakersAdl) -> list[float]:
    """Contracts closed of two naked shorts, of 10 and 30, and of a short of 60 with 50 hedged on another venue."""
    shorts = candidates(
        [-10.0, -30.0, -60.0], mark=0.8, attested_hedge=[0.0, 0.0, 50.0], spendable=[1000.0, 1000.0, 1000.0]
    )
    event = loss_event(shorts, contracts, mark=0.8, bankruptcy_price=0.9)
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
