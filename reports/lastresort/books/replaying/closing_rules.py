"""Policies as rules that are asked who is closed, for contracts that an engine holds at a price."""

from dataclasses import dataclass

from lastresort.books.allocating import Stress
from lastresort.books.book import Book
from lastresort.books.lost_positions import OutsidePosition
from lastresort.books.policies_on_book import outcome
from lastresort.books.policy_words import Asked
from lastresort.books.replaying.rule_agreement import NotApplicableError
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.waterfall.time_limit import PATIENCE


@dataclass(frozen=True, slots=True)
class PolicyAsRule:
    """A policy, a `ClosingRule`: its fund is empty, and accounts of the book that are under water stay as they are."""

    asked: Asked
    catalogue: Catalogue
    patience: float = PATIENCE

    def __call__(self, book: Book, market: int, contracts: float, price: float) -> Floats:
        """Contracts closed of each position of the book, `[P]`; NotApplicableError where the policy cannot be asked."""
        held = OutsidePosition(str(book.full_names[market]), contracts, price)
        stress = Stress(positions=(held,), own=False, forced=True)
        found = outcome(book, self.asked.policy, self.catalogue, stress, self.patience)
        if found.taken is None:
            raise NotApplicableError(found.failure or f"needs {', '.join(found.needs)}")
        return found.taken.closed
