"""Policies on a book, each where its code may run: built-in ones here, those of plugins in processes of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lastresort.books.allocating import Stress, outcome_of, taken_over
from lastresort.books.allocations import Allocations
from lastresort.books.book import POSITION_COLUMNS, Book
from lastresort.books.column_reads import ColumnGapError
from lastresort.books.outcome_messages import outcome_elsewhere
from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.books.policy_words import Asked, policies_meant
from lastresort.books.second_core import both_halves
from lastresort.books.stress_words import deficits_in, positions_in, purse
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.waterfall.time_limit import PATIENCE

LARGE = 100_000
"""Positions from which on a second core saves time."""


def allocations(
    book: Book,
    policies: Sequence[str | Policy],
    catalogue: Catalogue,
    stress: Stress,
    patience: float = PATIENCE,
    command: str = "",
) -> Allocations:
    """Put a book to policies, by words or themselves; each starts from the same snapshot.

    A rule of a plugin has `patience` seconds for each answer. InputError for what is wrong with the stress or a word,
    and for a needed column with gaps.
    """
    asked = policies_meant(policies, catalogue)
    takeovers = taken_over(book, stress)
    here = [one for one in asked if _is_here(one.policy, catalogue)]
    outcomes = dict(zip((one.word for one in here), _outcomes(book, here, catalogue, stress), strict=True))
    for one in asked:
        if one.word not in outcomes:
            outcomes[one.word] = replace(outcome(book, one.policy, catalogue, stress, patience), word=one.word)
    return Allocations(book, stress, takeovers, [outcomes[one.word] for one in asked], command)


def _outcomes(book: Book, asked: Sequence[Asked], catalogue: Catalogue, stress: Stress) -> list[PolicyOutcome]:
    """Outcomes of policies whose code runs here; a large book is worth a second core."""

    def done(one: Asked) -> dict[str, Any]:
        return replace(outcome(book, one.policy, catalogue, stress, PATIENCE), word=one.word).packed()

    large = len(book.unit) >= LARGE
    return [PolicyOutcome.unpacked(book, one) for one in (both_halves(done, asked) if large else map(done, asked))]


def _is_here(policy: Policy, catalogue: Catalogue) -> bool:
    """Whether the code of a policy may run in this process."""
    return catalogue.imported or not catalogue.needed(policy)


def stress_of(positions: Sequence[str], deficits: Sequence[str], fund: float, capital: float) -> Stress:
    """Return a stress in words as one in numbers; InputError for what means nothing."""
    return Stress(positions_in(positions), deficits_in(deficits), purse(fund, "--fund"), purse(capital, "--capital"))


def outcome(book: Book, policy: Policy, catalogue: Catalogue, stress: Stress, patience: float) -> PolicyOutcome:
    """Put a book to one policy; InputError where it needs a column that has gaps."""
    try:
        if _is_here(policy, catalogue):
            return outcome_of(book, policy, catalogue, stress)
        return outcome_elsewhere(book, policy, catalogue, stress, patience)
    except ColumnGapError as error:
        whose = book.account[_account(book, error)]
        first = f"{error.gaps:,} empty, the first for account '{escaped(str(whose))}'"
        allowed = f"a number for everybody, since {policy.name} reads it, or no such column"
        raise InputError(f"column '{error.name}': {first}; allowed: {allowed}") from None


def _account(book: Book, gap: ColumnGapError) -> int:
    """Whose number is missing."""
    return int(book.unit_account[book.unit[gap.row]]) if gap.name in POSITION_COLUMNS else gap.row
