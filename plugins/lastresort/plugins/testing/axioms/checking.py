"""Decide an axiom for one rule: it holds on so many books, or it does not in one that is as small as can be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lastresort.mechanisms.contract import Mechanism, MechanismError
from lastresort.plugins.testing.axioms import generation
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Book

Bear = Callable[[Mechanism, Book], Borne]

CASES = 100
"""Books that a rule is tried on, unless said otherwise."""


class Outcome(StrEnum):
    """What can be said about a rule and an axiom.

    SILENT: there was no book in which the axiom says anything about the rule. REFUSED: the rule broke the contract.
    """

    HOLDS = "holds"
    FAILS = "fails"
    SILENT = "silent"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """The outcome, and the number of books in which the axiom was decided before it was clear.

    `refusal` says what a rule was refused for, `traceback` is the way through its code to what it raised.
    """

    outcome: Outcome
    cases: int
    refusal: str = ""
    traceback: str = ""


def verdict(axiom: Axiom, rule: Mechanism, cases: int = CASES, once: Bear = bear) -> Verdict:
    """Try the axiom on the first `cases` books, up to the first counterexample.

    `once` puts the loss of a book to the rule; where several axioms share it, it may remember what came of it.
    """
    decided = 0
    for book in generation.cases(cases):
        looked = False
        try:
            for look in _looks(axiom, rule, book, once):
                looked = True
                if look.violated:
                    return Verdict(Outcome.FAILS, decided + 1)
        except MechanismError as error:
            return Verdict(Outcome.REFUSED, decided, str(error), error.traceback)
        decided += looked
    return Verdict(Outcome.HOLDS if decided else Outcome.SILENT, decided)


def counterexample(axiom: Axiom, rule: Mechanism, cases: int = CASES) -> Comparison:
    """The smallest counterexample that hypothesis finds, for an axiom that fails on the first `cases` books."""
    smallest = generation.smallest(lambda book: _violated(axiom, rule, book) is not None, cases)
    found = _violated(axiom, rule, smallest)
    assert found is not None, "two fresh copies of the rule gave different answers"
    return found


def _violated(axiom: Axiom, rule: Mechanism, book: Book) -> Comparison | None:
    try:
        return next((look for look in _looks(axiom, rule, book) if look.violated), None)
    except MechanismError:
        return None


def _looks(axiom: Axiom, rule: Mechanism, book: Book, once: Bear = bear) -> Iterator[Comparison]:
    borne = once(rule, book)
    if borne.anybody():
        yield from axiom.look(rule, borne)
