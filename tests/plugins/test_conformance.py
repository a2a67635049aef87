"""The author's test kit passes every built-in and finds each kind of breach."""

from typing import ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr

from lastresort.mechanisms.contract import (
    QUESTIONS,
    Absorption,
    Allocation,
    BreachView,
    Liquidation,
    LossEvent,
    LossRule,
    Mechanism,
    Payer,
    PhaseView,
    ResidualView,
)
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.synthetic_views import synthetic_views


@pytest.mark.parametrize("mechanism", Catalogue.load().mechanisms.values(), ids=lambda mechanism: str(mechanism.name))
def test_built_ins_keep_the_contract(mechanism: type[Mechanism]) -> None:
    assert check_mechanism(mechanism()) == []


class Closing(LossRule):
    """Closes a share of every position, wrongly in several ways."""

    name: ClassVar[str] = "closing"
    share: float = 0.1
    rows: int = 12
    charge: float = 0.0
    divisor: float = 1.0

    def allocate(self, event: LossEvent) -> Allocation:
        with np.errstate(divide="ignore"):
            close = (np.abs(event.candidates.quantity) * self.share)[: self.rows] / self.divisor
        charge = np.full(12, self.charge)
        return Allocation(close=close, charge=charge, winner_price=event.mark, loser_price=event.mark)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Closing(), []),
        (Closing(share=-0.1), ["allocate: close is below what is allowed"]),
        (Closing(share=0.9), ["allocate: closes add up to more than there is"]),
        (Closing(share=1.1), ["allocate: close is above what is allowed"]),
        (Closing(rows=3), ["allocate: close has shape (3,); allowed: (12,)"]),
        (Closing(charge=1e9), ["allocate: charge is above what is allowed"]),
        (Closing(charge=-1.0), ["allocate: charge is below what is allowed"]),
        (Closing(divisor=0.0), ["allocate: close is not finite"]),
    ],
)
def test_breaches_of_an_allocation(rule: Mechanism, expected: list[str]) -> None:
    assert check_mechanism(rule) == expected


class Fund(Mechanism):
    name: ClassVar[str] = "spendthrift"

    def absorb(self, view: ResidualView) -> Absorption:
        pay = view.pool_balance * 2
        return Absorption(payer=Payer.FUND, pay=pay, standby=pay, take=np.full(2, 1.5))


class Seizing(Mechanism):
    name: ClassVar[str] = "seizing"

    def liquidate(self, view: BreachView) -> Liquidation:
        return Liquidation(seize=np.full(len(view.account), 2.0), penalty=0.01)


class Writing(Mechanism):
    name: ClassVar[str] = "writing"

    def set_phase(self, view: PhaseView) -> None:
        view.mid[0] = 0.0


class Random(LossRule):
    name: ClassVar[str] = "random"
    _random: np.random.Generator = PrivateAttr(default_factory=np.random.default_rng)

    def allocate(self, event: LossEvent) -> Allocation:
        close = np.abs(event.candidates.quantity) * self._random.random() * 0.1
        return Allocation(close=close, charge=np.zeros(12), winner_price=event.mark, loser_price=event.mark)


class Talking(Mechanism):
    name: ClassVar[str] = "talking"

    def observe(self, view: object) -> str:  # type: ignore[override]
        return "noted"


def test_breaches_of_other_answers() -> None:
    assert check_mechanism(Fund()) == ["absorb: take is above what is allowed"]
    assert check_mechanism(Seizing()) == ["liquidate: seize is above what is allowed"]
    assert check_mechanism(Writing()) == ["set_phase: raised ValueError: assignment destination is read-only"]
    assert check_mechanism(Talking()) == ["observe: answered a str; allowed: None"]


def test_a_fund_may_not_pay_more_than_it_has() -> None:
    class Overdrawn(Mechanism):
        name: ClassVar[str] = "overdrawn"

        def absorb(self, view: ResidualView) -> Absorption:
            pay = view.pool_balance * 1.01
            return Absorption(payer=Payer.FUND, pay=pay, standby=np.zeros(2), take=np.zeros(2))

    assert check_mechanism(Overdrawn()) == ["absorb: payments add up to more than there is"]


def test_unkeyed_randomness_is_found() -> None:
    (problem,) = check_mechanism(Random())
    assert problem.startswith("allocate: two fresh mechanisms gave different answers")


@pytest.mark.parametrize("question", QUESTIONS)
def test_views_are_read_only_and_always_the_same(question: str) -> None:
    for one, other in zip(synthetic_views(question), synthetic_views(question), strict=True):
        for name in one.__slots__:
            value = getattr(one, name)
            if isinstance(value, np.ndarray):
                assert not value.flags.writeable
                assert np.array_equal(value, getattr(other, name))
