"""The author's test kit passes every built-in and finds each kind of breach, in the words of the engine."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    Liquidation,
    LossEvent,
    LossSharing,
    Mechanism,
    Payer,
    Phases,
    Prices,
    ResidualView,
    Routing,
    Scope,
)
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import as_engine, check_mechanism
from lastresort.plugins.testing.small_crash import question_all
from lastresort.plugins.testing.transcripts.answer_tables import PER_POOL

BUILT_IN = lastresort_mechanisms()
OF_REFERENCES = {"deep-pocket", "warehouse"}
"""The built-in rules that use outside money."""


@pytest.mark.parametrize("mechanism", BUILT_IN, ids=lambda mechanism: str(mechanism.name))
def test_built_ins_keep_the_contract(mechanism: type[Mechanism]) -> None:
    assert check_mechanism(mechanism(), reference=mechanism.name in OF_REFERENCES) == []


@pytest.mark.parametrize("name", sorted(OF_REFERENCES))
def test_what_references_play_is_nothing_for_contenders(name: str) -> None:
    (mechanism,) = (one for one in BUILT_IN if one.name == name)
    (problem,) = check_mechanism(mechanism())
    assert problem.startswith("absorb: 'payer' is Payer.BACKSTOP, and it ")
    assert "; only a policy with role: reference may use it, allowed is Payer.FUND or Payer.VAULT or " in problem


def emptied(view: Any) -> Any:
    """The view without its rows; pools stay."""
    if isinstance(view, LossEvent):
        return replace(view, candidates=emptied(view.candidates))
    columns = {field.name: getattr(view, field.name) for field in fields(view) if field.name not in PER_POOL}
    return replace(view, **{name: column[:0] for name, column in columns.items() if isinstance(column, np.ndarray)})


@pytest.mark.parametrize("mechanism", BUILT_IN, ids=lambda mechanism: str(mechanism.name))
def test_built_ins_answer_about_nothing(mechanism: type[Mechanism]) -> None:
    questions = {"admit", "liquidate", "route_cash", "absorb", "share_loss", "allocate", "observe"}
    shown = question_all(questions, lambda question, view: None)
    ask = as_engine(mechanism())
    for asked in shown:
        if asked.question in answered(mechanism):
            ask(asked.question, emptied(asked.view))


class Closing(Mechanism):
    """Closes a share of every position, wrongly in several ways."""

    name: ClassVar[str] = "closing"
    share: float = 0.1
    both_sides: bool = False
    price: float = 1.0
    change: dict[str, Any] = Field(default_factory=dict)

    def allocate(self, event: LossEvent) -> Allocation:
        holders = event.candidates
        opposite = holders.quantity * event.contracts < 0
        close = np.where(opposite | self.both_sides, np.abs(holders.quantity) * self.share, 0.0)
        price = self.price * event.mark
        said = Allocation(close=close, charge=np.zeros(len(close)), winner_price=price, loser_price=price)
        return replace(said, **{name: change(event) for name, change in self.change.items()})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Closing(share=0.01), []),
        (Closing(share=-0.1), ["allocate: 'close' must not be negative"]),
        (Closing(share=0.9), ["allocate: closes 2,070,000.00 contracts, 100,000.00 were asked"]),
        (Closing(share=1.1), ["allocate: over-closes account 105: 770,000.00 of 700,000.00 contracts"]),
        (
            Closing(share=0.01, both_sides=True),
            ["allocate: over-closes account 102: 20,000.00 of 0.00 contracts"],
        ),
        (Closing(share=0.01, price=-1), ["allocate: 'winner_price' must be positive"]),
        (Closing(share=0.01, price=50), ["allocate: over-draws account 108: 196,000.00 of 155,000.00 USD"]),
    ],
)
def test_breaches_of_closing(rule: Mechanism, expected: list[str]) -> None:
    assert check_mechanism(rule) == expected


def count(event: LossEvent) -> int:
    return len(event.candidates.account)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"close": lambda event: np.zeros(3)}, "'close' must have 4 numbers or be a single number, found shape (3,)"),
        ({"close": lambda event: np.full(count(event), np.nan)}, "'close' holds NaN or infinity"),
        ({"charge": lambda event: np.full(count(event), -1.0)}, "'charge' must not be negative"),
        ({"charge": lambda event: np.full(count(event), 1e-3)}, "charges 0.00 USD, 0.00 were asked"),
        ({"charge": lambda event: np.full(count(event), 1e9)}, "charges 4,000,000,000.00 USD, 0.00 were asked"),
        ({"assign": lambda event: 1.0}, "over-fills account 105: 1.00 of 0.00 contracts of room"),
        ({"gap_payer": lambda event: "the sovereign"}, "'gap_payer' is 'the sovereign', allowed is Payer.FUND or "),
        (
            {"loser_price": lambda event: 9 * event.mark},
            "over-draws the fund: the gap between its two prices is 598,400.00 USD, it holds 405,000.00",
        ),
        (
            {"loser_price": lambda event: event.mark + 0.1, "gap_payer": lambda event: Payer.CAPITAL},
            "'gap_payer' must be Payer.FUND, or in a reference Payer.BACKSTOP, where the two prices differ",
        ),
    ],
)
def test_breaches_of_other_columns_of_an_allocation(change: dict[str, Any], expected: str) -> None:
    (problem, *_) = check_mechanism(Closing(share=0.01, change=change))
    assert problem.startswith(f"allocate: {expected}")


class Inviting(Mechanism):
    """Asks liquidity providers to take everything, each more than it has room for."""

    name: ClassVar[str] = "inviting"

    def share_loss(self, view: ResidualView) -> LossSharing:
        return LossSharing(
            contracts=np.ones(len(view.market)), dollars=np.zeros(len(view.market)), scope=Scope.PROVIDERS
        )

    def allocate(self, event: LossEvent) -> Allocation:
        providers, none = event.candidates, np.zeros(len(event.candidates.account))
        assign = np.where(providers.quantity * event.contracts < 0, 0.0, providers.room + 1)
        return Allocation(none, none, event.mark, event.mark, assign=assign)


def test_a_scope_decides_who_is_shown_and_nobody_takes_more_than_its_room() -> None:
    (problem, *_) = check_mechanism(Inviting())
    assert problem == "allocate: over-fills account 110: 3,743,001.00 of 3,743,000.00 contracts of room"


def answering(question: str, say: Callable[[Any], Any]) -> Any:
    """A mechanism that answers one question as a test wants it to."""
    return type("Answering", (Mechanism,), {"name": "answering", question: lambda self, view: say(view)})()


def ones(view: Any) -> Any:
    return np.ones(len(view.market))


@pytest.mark.parametrize(
    ("question", "say", "expected"),
    [
        ("set_prices", lambda view: Prices(view.mark, 0 * view.mark, view.mark), "'valuation' must be positive"),
        (
            "set_prices",
            lambda view: Prices(view.mark, view.mark, view.mark, funding_cap=-1.0),
            "'funding_cap' must be positive",
        ),
        ("set_phase", lambda view: Phases(view.phase + 9, view.until), "'phase' must be a Phase"),
        ("set_phase", lambda view: Phases(view.phase, view.until, 2.0, 1.0), "'low' must not exceed 'high'"),
        ("set_phase", lambda view: Phases(view.phase, np.nan * view.mid), "'until' holds NaN"),
        ("admit", lambda view: Admission(2 * ones(view)), "'fraction' must lie in [0, 1]"),
        ("admit", lambda view: Admission(ones(view), haircut=-0.5), "'haircut' must lie in [0, 1]"),
        ("liquidate", lambda view: Liquidation(2 * ones(view), 0.01), "'seize' must lie in [0, 1]"),
        (
            "liquidate",
            lambda view: Liquidation(ones(view), 0.01, order=0.5),
            "'seize' and 'order' add up to more than the position",
        ),
        ("liquidate", lambda view: Liquidation(ones(view), 0.0, order_fee=2.0), "'order_fee' must lie in [0, 1]"),
        (
            "route_cash",
            lambda view: Routing(np.full(len(view.kind), 0.6), 0.6),
            "'to_fund' and 'to_claims' add up to more than 1",
        ),
        ("absorb", lambda view: absorption(view, take=1.5), "'take' must lie in [0, 1]"),
        (
            "absorb",
            lambda view: absorption(view, take=1.0),
            "takes inventory, which only Payer.VAULT can",
        ),
        ("absorb", lambda view: absorption(view, pay=2 * view.deficit), "pays more than the deficit"),
        ("absorb", lambda view: absorption(view, pay=view.deficit), "over-draws pool 1: pays 272,363.64 USD"),
        (
            "absorb",
            lambda view: absorption(view, pay=view.deficit, payer=Payer.CAPITAL),
            "over-draws capital 0: pays 680,800.00 USD, it holds 100,000.00",
        ),
        (
            "absorb",
            lambda view: absorption(view, pay=view.deficit, payer=Payer.VAULT),
            "over-draws vault 1: pays 272,363.64 USD, it holds 0.00",
        ),
        (
            "absorb",
            lambda view: absorption(view, pay=view.deficit, payer=Payer.DEFAULT_FUND),
            "over-draws default fund 0: pays 680,800.00 USD, it holds 350,000.00",
        ),
        ("absorb", lambda view: absorption(view, drawn=np.array([0.5, 0.2])), "'drawn' sums to 0.7, allowed is 1"),
        ("share_loss", lambda view: LossSharing(2 * ones(view), 0 * ones(view)), "'contracts' must lie in [0, 1]"),
        ("share_loss", lambda view: LossSharing(ones(view), 2 * view.deficit), "collects more than the deficit"),
        ("observe", lambda view: "noted", "answered str, allowed is None"),
        (
            "set_phase",
            lambda view: view.mid.fill(0),
            "test_conformance.py, line 219, raised ValueError: assignment destination is read-only",
        ),
    ],
)
def test_breaches_of_other_answers(question: str, say: Callable[[Any], Any], expected: str) -> None:
    (problem,) = check_mechanism(answering(question, say))
    assert problem.startswith(f"{question}: {expected}")


def absorption(view: ResidualView, **columns: Any) -> Absorption:
    """Nothing is paid or taken but what the test says."""
    none = np.zeros(len(view.market))
    return Absorption(**{"payer": Payer.FUND, "pay": none, "standby": none, "take": none, **columns})


class Random(Mechanism):
    name: ClassVar[str] = "random"
    _random: np.random.Generator = PrivateAttr(default_factory=np.random.default_rng)

    def allocate(self, event: LossEvent) -> Allocation:
        close = np.where(event.candidates.quantity * event.contracts < 0, self._random.random(), 0.0)
        return Allocation(close=close, charge=0 * close, winner_price=event.mark, loser_price=event.mark)


def test_unkeyed_randomness_is_found() -> None:
    (problem,) = check_mechanism(Random())
    assert problem.startswith("allocate: two fresh mechanisms gave different answers")
