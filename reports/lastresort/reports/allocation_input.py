"""What a report on a book is written from: the outcomes, how policies look, and how accounts are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lastresort.books.allocations import Allocations
from lastresort.books.policy_outcome import PolicyOutcome, Taken
from lastresort.mechanisms.contract import Ints
from lastresort.reports.document import Cell, Row
from lastresort.reports.hidden_ids import HiddenIds
from lastresort.reports.plotting.policy_looks import Key

CENT = 0.005
"""USD below which nothing is left unpaid and nothing is taken beyond the loss."""


@dataclass(frozen=True, eq=False)
class Applied:
    """A policy that could be run on the book: its key, what it took, and the numbers of its line."""

    key: Key
    outcome: PolicyOutcome
    taken: Taken
    numbers: Mapping[str, Any]

    @property
    def reference(self) -> bool:
        """Whether it is a yardstick that no venue could run."""
        return self.outcome.policy.role == "reference"

    @property
    def clean(self) -> bool:
        """Whether it leaves nothing unpaid and takes nothing beyond the loss."""
        return self.taken.unpaid < CENT and self.taken.overshoot < CENT

    def row(self, cells: Sequence[Cell], detail: str = "") -> Row:
        """A row of a table about it."""
        return policy_row(self.key, cells, detail)


@dataclass(frozen=True, eq=False)
class AllocationInput:
    """Policies on one book, and how its accounts are called."""

    found: Allocations
    ids: HiddenIds

    @classmethod
    def of(cls, found: Allocations, show_ids: bool) -> "AllocationInput":
        """With ids hidden, or as they are."""
        return cls(found, HiddenIds.of_book(found.book, show_ids))

    @cached_property
    def keys(self) -> list[Key]:
        """Of all policies, in the order in which they were asked for."""
        return [Key(one.name, one.policy.title, place) for place, one in enumerate(self.found.outcomes)]

    @cached_property
    def applied(self) -> list[Applied]:
        """Policies that could be run."""
        return [
            Applied(key, one, one.taken, one.measures)
            for key, one in zip(self.keys, self.found.outcomes, strict=True)
            if one.taken is not None
        ]

    @cached_property
    def refused(self) -> list[tuple[Key, PolicyOutcome]]:
        """Policies that could not be run, for want of a column or because a rule failed."""
        pairs = zip(self.keys, self.found.outcomes, strict=True)
        return [(key, one) for key, one in pairs if one.taken is None]

    def account(self, row: int) -> str:
        """What an account is called, by its row."""
        book = self.found.book
        venue = str(book.venues[book.account_venue[row]])
        return self.ids.account(venue, str(book.account[row]), len(book.venues) > 1)

    def owner(self, row: int) -> str:
        """What an owner is called, by its row: as its account, where that has the same name and is the only one."""
        name, accounts = str(self.found.book.owners[row]), self.accounts_of(row)
        if len(accounts) == 1 and str(self.found.book.account[accounts[0]]) == name:
            return self.account(int(accounts[0]))
        return self.ids.owner(name)

    def accounts_of(self, owner: int) -> Ints:
        """Rows of an owner's accounts."""
        return np.flatnonzero(self.found.book.owner == owner)


def policy_row(key: Key, cells: Sequence[Cell], detail: str = "") -> Row:
    """A row about a policy, by its title; its name, and a remark, in small type."""
    said = " · ".join(filter(None, (key.name if key.name != key.title else "", detail)))
    return Row((key.title,), cells, said, key.name)
