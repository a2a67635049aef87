"""Mechanism by axiom."""

from collections.abc import Iterable, Mapping

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.answers import allocates
from lastresort.plugins.manager import make
from lastresort.plugins.testing.axioms.all_axioms import AXIOMS
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Book
from lastresort.plugins.testing.axioms.checking import CASES, Verdict, verdict


def not_applicable(mechanism: type[Mechanism]) -> str:
    """Why axioms say nothing about a mechanism; an empty text where they do."""
    if not allocates(mechanism):
        return "does not answer allocate"
    required = [name for name, field in mechanism.model_fields.items() if field.is_required()]
    return f"has no default for {', '.join(required)}" if required else ""


def matrix(mechanisms: Mapping[str, type[Mechanism]], cases: int = CASES) -> dict[str, dict[str, Verdict]]:
    """Verdicts by mechanism and axiom, with default parameters, for the mechanisms that axioms apply to.

    Raises InputError for one that cannot be made.
    """
    return {
        name: verdicts(make(mechanism, {}, f"mechanism '{name}', parameters"), AXIOMS, cases)
        for name, mechanism in mechanisms.items()
        if not not_applicable(mechanism)
    }


def verdicts(rule: Mechanism, axioms: Iterable[str] = AXIOMS, cases: int = CASES) -> dict[str, Verdict]:
    """Verdicts on one rule by axiom; the loss of each book is put to it once for all of them."""
    known: dict[Book, Borne] = {}

    def once(rule: Mechanism, book: Book) -> Borne:
        if book not in known:
            known[book] = bear(rule, book)
        return known[book]

    return {name: verdict(AXIOMS[name], rule, cases, once) for name in axioms}
