"""Mechanisms broken on purpose, one way each: the check that is named for the promise finds it, and no other does."""

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr

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
from lastresort.plugins.testing import examine

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


def ones(view: Any) -> Any:
    return np.ones(len(view.market))


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
        wrong(lambda event, said: replace(said, assign=1.1 * event.candidates.room + 1.0)),
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
}


def failed(mechanism: Mechanism) -> set[str]:
    return {finding.check.name for finding in examine(mechanism, examples=12) if finding.failed}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_caught_by_the_check_it_violates(fault: str) -> None:
    check, mechanism = FAULTS[fault]
    assert failed(mechanism) - {"survives"} == {check} - {"survives"}
    assert check != "survives" or "survives" in failed(mechanism)


def test_there_are_enough_faults_and_every_check_has_one() -> None:
    assert len(FAULTS) >= 25
    assert {check for check, _ in FAULTS.values()} >= {finding.check.name for finding in examine(Sound(), 1)}


def test_the_same_mechanism_without_a_fault_passes() -> None:
    assert failed(Sound()) == set()
