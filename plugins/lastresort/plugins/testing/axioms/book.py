"""A book small enough to verify by hand: who holds what, and what the liquidation engine holds and has lost."""

from dataclasses import dataclass

import numpy as np

MAINTENANCE = 0.01
"""Maintenance margin of every position, fraction of its notional; the initial margin is twice that."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An account with at most one position.

    `contracts` are signed, `entry` is USD per contract. `cash` (USD, >= 0) is its equity less the unrealised profit,
    `won` what it has realised since the start. `hedged` is the share of the position, in [0, 1], that other legs on the
    venue offset; those legs have neither won nor lost so far. `opened` is in seconds, `contribution` (USD) its stake in
    the default fund, and `discount` that to the mark at which it volunteers to take positions over, None for not at
    all.
    """

    account: int
    contracts: float = 0.0
    entry: float = 1.0
    cash: float = 0.0
    won: float = 0.0
    hedged: float = 0.0
    opened: float = 0.0
    contribution: float = 0.0
    discount: float | None = None

    def profit(self, mark: float) -> float:
        """Unrealised profit, USD."""
        return self.contracts * (mark - self.entry)

    def equity(self, mark: float) -> float:
        """Cash and unrealised profit, USD."""
        return self.cash + self.profit(mark)

    def gain(self, mark: float) -> float:
        """What it has won since the start, realised or not, USD."""
        return self.won + self.profit(mark)


@dataclass(frozen=True, slots=True)
class Book:
    """One market of one venue at the moment of a loss.

    The engine holds `inventory` (signed contracts, never zero to begin with), on which it has lost `deficit` (USD) at
    the `mark` (USD per contract); the insurance pool still holds `fund` (USD); `lot` is in contracts.
    """

    holders: tuple[Holder, ...]
    inventory: float
    deficit: float
    fund: float = 0.0
    mark: float = 1.0
    lot: float = 1.0

    @property
    def side(self) -> float:
        """Sign of the inventory."""
        return float(np.sign(self.inventory)) or 1.0

    @property
    def bankruptcy_price(self) -> float:
        """The price at which the engine ends with nothing, USD per contract; NaN where it holds nothing."""
        return self.mark + self.deficit / self.inventory if self.inventory else float("nan")

    def holder(self, account: int) -> Holder:
        """The holder of this name."""
        return next(holder for holder in self.holders if holder.account == account)
