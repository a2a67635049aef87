"""Mechanisms broken on purpose, one way each: the check that is named for the promise finds it, and no other does."""

import random
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr

from lastresort.mechanisms.building_blocks.filling import in_order
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
)
from lastresort.plugins.testing import Finding, examine

SEEN: list[float] = []


class Sound(Mechanism):
    """Closes the same small share of every opposite position at the mark: nothing is wrong with it."""

    name: ClassVar[str] = "sound"

    def allocate(self, event: LossEvent) -> Any:
        return self._wrong(event, self._right(event))

    def _right(self, event: LossEvent) -> Allocation:
        holders = event.candidates
        size = np.where(holders.quantity * event.contracts < 0, np.abs(holders.quantity), 0.0)
        share = min(0.01, 0.5 * abs(event.contracts) / max(float(size.sum()), 1e-300))
        return Allocation(share * size, 0.0 * size, event.mark, event.mark)

    def _wrong(self, event: LossEvent, said: Allocation) -> Any:
        return said


def wrong(change: Callable[[LossEvent, Allocation], Any]) -> Mechanism:
    """A sound mechanism with one fault in what it says."""
    return planted(Sound, {"_wrong": lambda self, event, said: change(event, said)})


def answering(question: str, say: Callable[[Any], Any]) -> Mechanism:
    """A mechanism that answers one question and nothing else."""
    return planted(Mechanism, {"name": "answering", question: lambda self, view: say(view)})


def planted(parent: type[Mechanism], body: dict[str, Any]) -> Mechanism:
    """A mechanism of a class that this module holds under a name, so that it can be pickled."""
    module = sys.modules[__name__]
    name = f"Planted{len(vars(module))}"
    kind: type[Mechanism] = type(name, (parent,), {**body, "__module__": __name__})
    setattr(module, name, kind)
    return kind()


def absorption(view: ResidualView, **columns: Any) -> Absorption:
    """Nothing is paid or taken but what the test says."""
    none = np.zeros(len(view.market))
    return Absorption(**{"payer": Payer.FUND, "pay": none, "standby": none, "take": none, **columns})


def more_than_lost(view: ResidualView) -> Any:
    """A dollar too much for each loss, where the pools have it."""
    pay = view.deficit + 1.0
    return pay * (np.bincount(view.pool, pay, len(view.pool_balance)) <= view.pool_balance)[view.pool]


def opposite(event: LossEvent) -> Any:
    return event.candidates.quantity * event.contracts < 0


def size(event: LossEvent) -> Any:
    return np.abs(event.candidates.quantity)


def one_account(event: LossEvent) -> Any:
    """Everything that may be closed, from the largest holder alone, and then some."""
    close = np.where(opposite(event), size(event), 0.0)
    return np.where(close == close.max(initial=0.0), 1.5 * close, 0.0)


def overwritten(event: LossEvent, said: Allocation) -> Allocation:
    event.candidates.equity[:] = 0.0
    return said


def unlocked(event: LossEvent, said: Allocation) -> Allocation:
    """Numpy lets whoever asks write to a view of a writable array."""
    equity = event.candidates.equity
    equity.flags.writeable = True
    equity += 1.0
    return said


def replaced(event: LossEvent, said: Allocation) -> Allocation:
    object.__setattr__(event, "dollars", event.dollars + 1.0)
    return said


def by_chance(event: LossEvent, said: Allocation) -> Allocation:
    return replace(said, close=said.close * np.random.default_rng().random())


def by_global_chance(event: LossEvent, said: Allocation) -> Allocation:
    return replace(said, close=said.close * random.random())


def by_address(event: LossEvent, said: Allocation) -> Allocation:
    return replace(said, close=said.close * (id(said) % 997) / 997)


def remembered_by_the_module(event: LossEvent, said: Allocation) -> Allocation:
    SEEN.append(event.time)
    return replace(said, close=said.close / len(SEEN))


def first_row_spared(event: LossEvent, said: Allocation) -> Allocation:
    return replace(said, close=np.where(np.arange(len(said.close)) == 0, 0.0, said.close))


def by_position(event: LossEvent, said: Allocation) -> Allocation:
    return replace(said, close=said.close / np.arange(1, len(said.close) + 1))


class Counting(Sound):
    """Counts on its class, so that every venue counts together."""

    count: ClassVar[int] = 0

    def _wrong(self, event: LossEvent, said: Allocation) -> Allocation:
        type(self).count += 1
        return replace(said, close=said.close / type(self).count)


class Listing(Sound):
    """Keeps a list on its class."""

    losses: ClassVar[list[float]] = []

    def _wrong(self, event: LossEvent, said: Allocation) -> Allocation:
        self.losses.append(event.uncovered)
        return said


class Lambda(Sound):
    """Keeps a function that nobody can write down."""

    _weight: Any = PrivateAttr(default_factory=lambda: lambda close: close)

    def _wrong(self, event: LossEvent, said: Allocation) -> Allocation:
        return replace(said, close=self._weight(said.close))


class Forgetful(Sound):
    """Loses its memory when it is written down."""

    _asked: int = PrivateAttr(default=0)

    def _wrong(self, event: LossEvent, said: Allocation) -> Allocation:
        self._asked += 1
        return replace(said, close=said.close / self._asked)

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "__pydantic_private__": {"_asked": 0}}


class Tiring(Sound):
    """Gives up once it has seen more than any short story holds."""

    _asked: int = PrivateAttr(default=0)

    def set_prices(self, view: Any) -> None:
        self._asked += 1
        if self._asked > 30:
            raise RuntimeError("enough")


class Unread(Sound):
    """Has a parameter that somebody forgot."""

    pace: float = 0.5


def ones(view: Any) -> Any:
    return np.ones(len(view.market))


def closing(share: Callable[[LossEvent], Any]) -> Mechanism:
    """A rule that closes shares `[n]` of what is to be placed, as far as positions reach, at the mark."""
    return wrong(
        lambda event, said: replace(said, close=np.minimum(places(event), share(event) * abs(event.contracts)))
    )


def places(event: LossEvent) -> Any:
    """Contracts that each account holds against the engine."""
    return np.where(opposite(event), size(event), 0.0)


def price_of(event: LossEvent) -> float:
    """The bankruptcy price; the mark where the engine holds nothing."""
    return event.mark if np.isnan(event.bankruptcy_price) else event.bankruptcy_price


def at_bankruptcy(event: LossEvent, close: Any) -> Allocation:
    return Allocation(close, 0.0 * close, price_of(event), price_of(event))


def shares(weight: Any) -> Any:
    return weight / weight.sum()


def by_equity(event: LossEvent, said: Allocation) -> Allocation:
    """Ranks by notional over equity, and closes as much as equity bears, whatever its sign."""
    holders = event.candidates
    worse = max(np.sign(event.contracts) * (price_of(event) - event.mark), 0.0)
    bearable = np.abs(holders.equity) / worse if worse > 0 else np.inf
    score = np.nan_to_num(holders.notional / holders.equity)
    return at_bankruptcy(event, in_order(abs(event.contracts), np.minimum(places(event), bearable), score))


def by_levered_size(event: LossEvent, said: Allocation) -> Allocation:
    holders = event.candidates
    levered = np.divide(holders.notional, holders.equity, out=0.0 * said.close, where=holders.equity != 0)
    weight = places(event) * levered
    close = np.minimum(places(event), abs(event.contracts) * shares(weight)) if weight.sum() else 0.0 * weight
    return replace(said, close=close)


def the_most_profitable(event: LossEvent, said: Allocation) -> Allocation:
    winners = np.flatnonzero((event.candidates.profit > 0) & opposite(event))
    first = winners[np.argmax(event.candidates.profit[winners])]
    rows = np.arange(len(said.close)) == first
    return replace(said, close=np.where(rows, np.minimum(places(event), abs(event.contracts)), 0.0))


def the_first_two(event: LossEvent, said: Allocation) -> Allocation:
    order = np.argsort(-event.candidates.unit_profit)
    rows = np.isin(np.arange(len(order)), [order[0], order[1]])
    return replace(said, close=np.where(rows, np.minimum(places(event), abs(event.contracts) / 2), 0.0))


def as_if_the_price_were_worse(event: LossEvent, said: Allocation) -> Allocation:
    worse = np.sign(event.contracts) * (price_of(event) - event.mark)
    return at_bankruptcy(event, np.minimum(said.close, event.candidates.spendable / worse))


def by_distinct_keys(event: LossEvent, said: Allocation) -> Allocation:
    profit = event.candidates.profit
    rank = {float(one): k for k, one in enumerate(sorted(profit.tolist()))}
    if sorted(rank.values()) != list(range(len(profit))):
        raise KeyError("two accounts have the same profit")
    return said


def by_one_position(event: LossEvent, said: Allocation) -> Allocation:
    """Takes the equity of an account for that of its one position."""
    holders = event.candidates
    if not np.allclose(holders.unit_profit, holders.profit):
        raise ValueError("another position")
    return said


def charged_by_equity(event: LossEvent, said: Allocation) -> Allocation:
    share = shares(event.candidates.equity)
    return replace(said, charge=np.minimum(event.dollars * share, event.candidates.spendable))


def by_spread(event: LossEvent) -> Any:
    profit = event.candidates.profit
    return shares(np.maximum((profit - profit.min()) / np.ptp(profit) * opposite(event), 1e-9))


FAULTS: dict[str, tuple[str, Mechanism]] = {
    "a column of NaN": ("valid", wrong(lambda event, said: replace(said, close=np.nan * said.close))),
    "an infinite price": ("valid", wrong(lambda event, said: replace(said, winner_price=np.inf, loser_price=np.inf))),
    "a wrong shape": ("valid", wrong(lambda event, said: replace(said, close=np.zeros(len(said.close) + 1)))),
    "a wrong type": ("valid", wrong(lambda event, said: {"close": said.close})),
    "words for numbers": ("valid", wrong(lambda event, said: replace(said, charge=np.array(["everything"])))),
    "a negative charge": ("valid", wrong(lambda event, said: replace(said, charge=said.charge - 1.0))),
    "a negative close": ("valid", wrong(lambda event, said: replace(said, close=-said.close))),
    "a negative price": ("valid", wrong(lambda event, said: replace(said, winner_price=-1.0))),
    "a division by zero": ("valid", wrong(lambda event, said: 1 / 0)),
    "a share above one": ("valid", answering("admit", lambda view: Admission(1.5 * ones(view)))),
    "a price of zero": ("valid", answering("set_prices", lambda view: Prices(0 * view.mark, view.mark, view.mark))),
    "an unknown phase": ("valid", answering("set_phase", lambda view: Phases(view.phase + 9, view.until))),
    "more than a position": ("valid", answering("liquidate", lambda view: Liquidation(ones(view), 0.0, order=0.5))),
    "cash sent twice": ("valid", answering("route_cash", lambda view: Routing(0.7 * (view.amount >= 0), 0.7))),
    "one account closed beyond its position": (
        "over-close",
        wrong(lambda event, said: replace(said, close=one_account(event))),
    ),
    "the engine's own side closed": (
        "over-close",
        wrong(lambda event, said: replace(said, close=np.where(opposite(event), 0.0, 1e-3 * size(event)))),
    ),
    "positions given beyond room": (
        "over-close",
        wrong(lambda event, said: replace(said, assign=1.1 * event.candidates.room + size(event) + 1.0)),
    ),
    "more closed than was asked": (
        "budget",
        wrong(lambda event, said: replace(said, close=np.where(opposite(event), size(event), 0.0))),
    ),
    "more charged than was asked": (
        "budget",
        wrong(lambda event, said: replace(said, charge=0.9 * event.candidates.spendable)),
    ),
    "more paid than was lost": (
        "budget",
        answering("absorb", lambda view: absorption(view, pay=more_than_lost(view))),
    ),
    "more collected than was lost": (
        "budget",
        answering("share_loss", lambda view: LossSharing(ones(view), 2 * view.deficit + 1.0)),
    ),
    "the fund over-drawn": ("over-draw", answering("absorb", lambda view: absorption(view, pay=view.deficit))),
    "the venue's capital over-drawn": (
        "over-draw",
        answering("absorb", lambda view: absorption(view, pay=view.deficit, payer=Payer.CAPITAL)),
    ),
    "accounts made to pay a ruinous price": (
        "over-draw",
        wrong(lambda event, said: replace(said, winner_price=event.mark * (100.0 if event.contracts > 0 else 1e-9))),
    ),
    "a gap that the fund cannot pay": (
        "over-draw",
        wrong(lambda event, said: replace(said, loser_price=event.mark * (500.0 if event.contracts > 0 else 1e-9))),
    ),
    "an unknown payer": ("payer", answering("absorb", lambda view: absorption(view, payer="the sovereign"))),
    "a gap without a payer": (
        "payer",
        wrong(lambda event, said: replace(said, loser_price=1.01 * event.mark, gap_payer=Payer.CAPITAL)),
    ),
    "a loss paid from outside": (
        "payer",
        answering("absorb", lambda view: absorption(view, pay=view.deficit, payer=Payer.BACKSTOP)),
    ),
    "a loss promised from outside": (
        "payer",
        answering("absorb", lambda view: absorption(view, standby=view.shortfall, payer=Payer.BACKSTOP)),
    ),
    "inventory stored outside": (
        "payer",
        answering("absorb", lambda view: absorption(view, take=ones(view), payer=Payer.BACKSTOP)),
    ),
    "a gap paid from outside": (
        "payer",
        wrong(lambda event, said: replace(said, loser_price=1.01 * event.mark, gap_payer=Payer.BACKSTOP)),
    ),
    "inventory taken by the fund": ("payer", answering("absorb", lambda view: absorption(view, take=ones(view)))),
    "a view overwritten": ("frozen", wrong(overwritten)),
    "a view unlocked and overwritten": ("frozen", wrong(unlocked)),
    "a field replaced behind its back": ("frozen", wrong(replaced)),
    "a generator without a key": ("deterministic", wrong(by_chance)),
    "Python's global generator": ("deterministic", wrong(by_global_chance)),
    "an address in memory": ("deterministic", wrong(by_address)),
    "a counter on the class": ("isolated", Counting()),
    "a list on the class": ("isolated", Listing()),
    "a list in the module": ("isolated", wrong(remembered_by_the_module)),
    "the first row spared": ("order", wrong(first_row_spared)),
    "less for whoever comes later": ("order", wrong(by_position)),
    "a lambda in a field": ("picklable", Lambda()),
    "a memory that is not written down": ("picklable", Forgetful()),
    "an exception late in the crash": ("survives", Tiring()),
    "one row for all": ("valid", wrong(lambda event, said: replace(said, close=np.zeros(1)))),
    "a column of columns": ("valid", wrong(lambda event, said: replace(said, close=said.close[:, None]))),
    "digits for numbers": ("valid", wrong(lambda event, said: replace(said, charge=np.array("0")))),
    "a rank by equity that may be below zero": ("over-draw", wrong(by_equity)),
    "weights below zero": ("valid", wrong(by_levered_size)),
    "pro rata to one over equity": (
        "valid",
        closing(lambda event: shares(np.where(opposite(event), 1 / event.candidates.equity, 0.0))),
    ),
    "pro rata to profits of nothing": (
        "valid",
        closing(lambda event: shares(np.maximum(event.candidates.profit, 0.0) * opposite(event))),
    ),
    "pro rata to nobody": ("valid", closing(lambda event: shares(places(event)))),
    "somebody is in profit": ("valid", wrong(the_most_profitable)),
    "there are two candidates": ("valid", wrong(the_first_two)),
    "the largest profit differs from the least": ("valid", closing(by_spread)),
    "the price is worse than the mark": ("valid", wrong(as_if_the_price_were_worse)),
    "a price that is not there": (
        "valid",
        wrong(lambda event, said: replace(said, close=0.0 * said.close, winner_price=event.bankruptcy_price)),
    ),
    "no two profits are the same": ("valid", wrong(by_distinct_keys)),
    "an account has one position": ("valid", wrong(by_one_position)),
    "charges by equity that may be below zero": ("valid", wrong(charged_by_equity)),
}

REMARKS: dict[str, tuple[str, Mechanism]] = {
    "nobody is ever closed": ("acts", wrong(lambda event, said: replace(said, close=0.0 * said.close))),
    "never an opinion": ("acts", wrong(lambda event, said: None)),
    "an answer that is never given": ("acts", answering("admit", lambda view: None)),
    "nothing is ever paid": ("acts", answering("absorb", lambda view: absorption(view))),
    "a parameter that nobody reads": ("parameters", Unread()),
}
"""What fails nothing, because it may be meant, and is said."""


def findings(mechanism: Mechanism) -> dict[str, Finding]:
    return {finding.check.name: finding for finding in examine(mechanism, examples=1)}


@pytest.mark.parametrize("fault", REMARKS)
def test_what_may_be_meant_is_remarked_on(fault: str) -> None:
    check, mechanism = REMARKS[fault]
    found = findings(mechanism)
    assert [name for name, one in found.items() if one.result == "remark"] == [check]
    assert not any(one.failed for one in found.values())


EDGES = {
    "a rank by equity that may be below zero": "over-draws account 101: .* \\(in the edge book 'equity below zero'\\)",
    "weights below zero": "'close' must not be negative \\(in the edge book 'equity below zero'\\)",
    "pro rata to one over equity": "'close' must not be negative \\(in the edge book 'equity below zero'\\)",
    "somebody is in profit": "empty sequence \\(in the edge book 'nobody in profit'\\)",
    "there are two candidates": "out of bounds .* \\(in the edge book 'one candidate'\\)",
    "the price is worse than the mark": "negative \\(in the edge book 'a price better than the mark'\\)",
    "a price that is not there": "'winner_price' .* \\(in the edge book 'dollars and no contracts'\\)",
    "no two profits are the same": "the same profit'? \\(in the edge book 'profits of zero'\\)",
    "an account has one position": "another position \\(in the edge book 'an account in several markets'\\)",
    "a wrong type": "answered dict, .* \\(in the edge book 'nothing unusual'\\)",
}


@pytest.mark.parametrize("fault", EDGES)
def test_what_was_forgotten_has_a_name(fault: str) -> None:
    check, mechanism = FAULTS[fault]
    assert re.search(EDGES[fault], str(findings(mechanism)[check].breach))


def test_what_a_refusal_hides_is_not_reached() -> None:
    found = findings(wrong(lambda event, said: 1 / 0))
    assert {name for name, one in found.items() if one.result == "not reached"} == {
        *(
            "budget",
            "over-draw",
            "over-close",
            "payer",
            "frozen",
            "deterministic",
            "isolated",
            "order",
            "picklable",
            "acts",
        )
    }
    said = r"every answer to 'allocate' was refused: test_planted_faults.py, line \d+, raised ZeroDivisionError: .*"
    assert re.fullmatch(said, found["budget"].sentence)


def test_what_an_earlier_question_hides_is_not_reached() -> None:
    mechanism = planted(Sound, {"liquidate": lambda self, view: 1 / 0, "share_loss": lambda self, view: None})
    assert findings(mechanism)["budget"].result == "passes"
    always = planted(Sound, {"set_prices": lambda self, view: 1 / 0})
    assert findings(always)["over-close"].sentence == "'allocate' was never put, because 'set_prices' was refused"


def test_what_chance_hides_is_not_reached() -> None:
    found = findings(wrong(by_chance))
    assert found["order"].sentence == "'deterministic' is broken, so that a difference says nothing"


def test_a_rule_that_only_looks_is_not_said_to_be_idle() -> None:
    """It notes prices, and has no opinion on them."""
    assert findings(planted(Sound, {"set_prices": lambda self, view: None}))["acts"].result == "passes"


def failed(mechanism: Mechanism) -> set[str]:
    return {finding.check.name for finding in examine(mechanism, examples=12) if finding.failed}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_caught_by_the_check_it_violates(fault: str) -> None:
    check, mechanism = FAULTS[fault]
    assert failed(mechanism) - {"survives"} == {check} - {"survives"}
    assert check != "survives" or "survives" in failed(mechanism)


def test_there_are_enough_faults_and_every_check_has_one() -> None:
    assert len(FAULTS) >= 58
    planted_in = {check for check, _ in (*FAULTS.values(), *REMARKS.values())}
    assert planted_in == {finding.check.name for finding in examine(Sound(), 1)}


def test_the_same_mechanism_without_a_fault_passes() -> None:
    assert failed(Sound()) == set()
