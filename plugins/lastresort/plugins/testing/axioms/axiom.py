"""What an axiom is: a sentence about a rule, and the comparisons that decide it on one book."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.bearing import Borne


@dataclass(frozen=True)
class Comparison:
    """One look at a rule: what happened in one or two books, by caption, and whether the axiom is violated.

    `sentence` says what is wrong where it is.
    """

    violated: bool
    sentence: str
    shown: tuple[tuple[str, Borne], ...]


Look = Callable[[Mechanism, Borne], Iterator[Comparison]]
"""Compare what a rule did with a book with what it does otherwise; nothing where the axiom does not speak."""


@dataclass(frozen=True)
class Axiom:
    """A decidable property of a rule.

    `statement` says what must hold, `reading` how the words are meant here. `look` is given the rule and what it makes
    of a book in which somebody bears something; rules are asked as fresh copies.
    """

    name: str
    statement: str
    reading: str
    look: Look


def differ(one: Borne, other: Borne, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether some accounts bear another burden than some accounts in another book, one lot per account aside."""
    a, b, lots = one.of(*first), other.of(*second), max(len(first), len(second))
    contracts = abs(a.contracts - b.contracts) > lots * max(one.lots, other.lots)
    return contracts or abs(a.lost - b.lost) > lots * max(one.dollars_of_lots, other.dollars_of_lots)
