"""What takers want to trade in one tick."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints

Resting = tuple[Ints, Ints, Floats]
"""Orders of cross-margin accounts: row, market and contracts, `[n]`."""

NOBODY: Resting = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))


def together(*parts: Resting) -> Resting:
    """All these orders, in this order."""
    some = [part for part in parts if len(part[2])]
    if len(some) < 2:
        return some[0] if some else NOBODY
    account, market, contracts = (np.concatenate(columns) for columns in zip(*some, strict=True))
    return account, market, contracts


@dataclass
class Orders:
    """Orders of one tick: single isolated accounts, fractions `[K, V, M]` of what cells hold, and everybody else's.

    `single` `[ids]`, `arbitrage` `[A, V, M]`, `rested` (one per row of `legs`: cross-margin row, market; no two alike),
    `engine` `[V, M]` and `buyers` `[V + 1, M]` (spot last) are signed contracts; None stands for no orders of that
    kind.
    """

    cells: Floats | None
    ids: Ints
    single: Floats
    arbitrage: Floats | None
    legs: tuple[Ints, Ints]
    rested: Floats
    engine: Floats
    buyers: Floats | None = None

    def cut(self, share: Floats, book: Ints, venue: Ints) -> None:
        """Keep `share` `[V, M]` of every order; single accounts (in books `book` `[ids]`) trade whole or not at all.

        `venue` is that of each row of `legs`.
        """
        if self.cells is not None:
            self.cells = self.cells * share
        if self.arbitrage is not None:
            self.arbitrage = self.arbitrage * share
        self.rested = self.rested * share[venue, self.legs[1]]
        self.engine = self.engine * share
        if self.buyers is not None:
            self.buyers = np.vstack([self.buyers[:-1] * share, self.buyers[-1:]])
        self.single = np.where(share.ravel()[book] < 1, 0.0, self.single)

    def drop_refused(self) -> Ints:
        """Forget single accounts of whose order nothing is left, and return them: they may come again."""
        left = self.single != 0
        refused: Ints = self.ids[~left]
        self.ids, self.single = self.ids[left], self.single[left]
        return refused
