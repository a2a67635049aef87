"""What every account has won: since the start of the run, and since the last settlement."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated


class Winnings:
    """Value of all accounts `[n]` at two moments, kept so that transfers between venues do not count as gains.

    `last_mark` `[V, M]` are the marks of the last settlement.
    """

    def __init__(self, isolated: Isolated, cross: Cross, mark: Floats) -> None:
        self._isolated, self._cross = isolated, cross
        isolated.everyone()
        self._first = np.concatenate(
            [self._alone(np.arange(len(isolated.book)), mark), cross.equity(mark, slice(None))]
        )
        self._last = self._first.copy()
        self.last_mark = mark.copy()

    def settle(self, mark: Floats) -> None:
        """Begin a new settlement cycle at marks `[V, M]`."""
        self._last = self._now(self._isolated.everyone(), np.arange(len(self._cross)), mark)
        self.last_mark = mark.copy()

    def note_transfer(self, row: int, amount: float) -> None:
        """USD came to (or left, negative) a cross-margin account from another venue."""
        account = len(self._isolated.book) + row
        self._first[account] += amount
        self._last[account] += amount

    def note_deposit(self, ids: Ints, amount: Floats) -> None:
        """USD came to isolated accounts from outside."""
        self._first[ids] += amount
        self._last[ids] += amount

    def since(self, ids: Ints, rows: Ints, mark: Floats) -> tuple[Floats, Floats]:
        """Gain since the start and since the last settlement of isolated `ids` (settled), then cross-margin `rows`."""
        now, account = self._now(ids, rows, mark), np.concatenate([ids, rows + len(self._isolated.book)])
        return now - self._first[account], now - self._last[account]

    def _now(self, ids: Ints, rows: Ints, mark: Floats) -> Floats:
        return np.concatenate([self._alone(ids, mark), self._cross.equity(mark, rows)])

    def _alone(self, ids: Ints, mark: Floats) -> Floats:
        isolated = self._isolated
        value = isolated.cash[ids] + isolated.wallet[ids] + isolated.quantity[ids] * mark.ravel()[isolated.book[ids]]
        return np.asarray(value)
