"""The books as columns, and what follows from them: accounts `[A]` in the order of `ACCOUNTS`, markets `[M]`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS, AFTER, BEFORE, FIRST_ID, Book
from lastresort.plugins.testing.small_crash.moments import MAJOR, Moment

MAINTENANCE = np.array([0.01, 0.05])
"""Maintenance margin of each market, fraction of the notional; the initial margin is twice that."""

BETA = np.array([1.0, 1.8])
PENALTY = 0.01
"""Most that the engine keeps of a position it takes over, fraction of its notional."""

_SPOT = np.array([account.spot for account in ACCOUNTS])
ISOLATED: Bools = np.array([account.isolated for account in ACCOUNTS])
IDS = np.arange(FIRST_ID, FIRST_ID + len(ACCOUNTS))


@dataclass(frozen=True, eq=False)
class Holdings:
    """All accounts at one moment: `quantity`, `entry` and `opened` are `[A, M]`, the rest `[A]`."""

    mark: Floats
    cash: Floats
    quantity: Floats
    entry: Floats
    opened: Floats

    @cached_property
    def profit(self) -> Floats:
        """Unrealised profit of each position, `[A, M]` USD."""
        return self.quantity * (self.mark - self.entry)

    @cached_property
    def notional(self) -> Floats:
        """Value of each position at the mark, `[A, M]` USD."""
        value: Floats = np.abs(self.quantity) * self.mark
        return value

    @cached_property
    def equity(self) -> Floats:
        """Cash and unrealised profit, `[A]` USD; an isolated account has one position, so that it is its unit."""
        total: Floats = self.cash + self.profit.sum(axis=1)
        return total

    @cached_property
    def maintenance(self) -> Floats:
        """Maintenance margin, `[A]` USD."""
        margin: Floats = self.notional @ MAINTENANCE
        return margin

    @cached_property
    def net_delta(self) -> Floats:
        """Beta-weighted value of all legs on the venue, spot included, `[A]` USD."""
        spot = np.minimum(_SPOT, np.abs(self.quantity[:, MAJOR]))
        total: Floats = (self.quantity * self.mark) @ BETA + spot * self.mark[MAJOR]
        return total

    @cached_property
    def hedge(self) -> Floats:
        """Contracts of each position that other legs on the venue offset, `[A, M]`."""
        own = self.quantity * self.mark * BETA
        others = self.net_delta[:, None] - own
        offset = np.where(own * others < 0, np.minimum(np.abs(own), np.abs(others)), 0.0)
        contracts: Floats = offset / (self.mark * BETA)
        return contracts


def before(moment: Moment) -> Holdings:
    """Everybody at the margin check of a moment."""
    return _holdings(BEFORE[moment], moment)


def after(moment: Moment) -> Holdings:
    """Everybody once the engine has taken over what it takes at this moment."""
    return _holdings(AFTER[moment], moment)


def _holdings(books: dict[str, Book], moment: Moment) -> Holdings:
    rows = [books[account.name] for account in ACCOUNTS]
    legs: NDArray[np.float64] = np.array([[row.major, row.small] for row in rows])
    return Holdings(
        mark=np.array(moment.mark),
        cash=np.array([row.cash for row in rows], dtype=np.float64),
        quantity=legs[:, :, 0],
        entry=legs[:, :, 1],
        opened=legs[:, :, 2],
    )
