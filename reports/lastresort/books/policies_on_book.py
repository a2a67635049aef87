"""Policies on a book, each where its code may run: built-in ones here, those of plugins in processes of their own."""

from collections.abc import Sequence
from dataclasses import replace

from lastresort.books.allocating import Stress, outcome_of, taken_over
from lastresort.books.allocations import Allocations
from lastresort.books.book import Book
from lastresort.books.outcome_messages import outcome_elsewhere
from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.books.policy_words import policies_meant
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.waterfall.time_limit import PATIENCE


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
    outcomes = [replace(outcome(book, one.policy, catalogue, stress, patience), word=one.word) for one in asked]
    return Allocations(book, stress, takeovers, outcomes, command)


def outcome(book: Book, policy: Policy, catalogue: Catalogue, stress: Stress, patience: float) -> PolicyOutcome:
    """Put a book to one policy."""
    if not catalogue.imported and catalogue.needed(policy):
        return outcome_elsewhere(book, policy, catalogue, stress, patience)
    return outcome_of(book, policy, catalogue, stress)
