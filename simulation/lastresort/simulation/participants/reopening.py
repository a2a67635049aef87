"""Shorts that come back: some of those who were deleveraged sell again what a rule had closed for them."""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.journal import Cause, Party, Posting
from lastresort.simulation.accounts.ledger import Ledger

NOTHING = np.empty(0)

ROUNDING = 1e-9
"""Of the wallet or the first position: what is no more than sums taken in another order."""


class Reopening:
    """A process for each of them, which ends in one order to the book at a time of its own.

    `delay` `[n]` is the time from an isolated account's first deleveraging to that order, seconds, infinite for those
    who stay away; what is closed meanwhile is sold along. The whole wallet goes behind the position, which is no more
    levered than at first (`leverage` `[n]`), and no larger than it was. Columns have a row for each `account` of them.
    """

    def __init__(self, env: simpy.Environment, ledger: Ledger, delay: Floats, leverage: Floats) -> None:
        self._env, self._isolated = env, ledger.isolated
        who = self._account = np.flatnonzero(np.isfinite(delay))
        self._delay, self._leverage = delay[who], leverage[who]
        self._nothing = ROUNDING * leverage[who] * ledger.isolated.start_margin[who]
        self._lost = np.zeros(len(who))
        self._due = np.empty(0, dtype=np.int64)
        ledger.journal.readers.append(self.read)

    def read(self, posting: Posting) -> None:
        """Note who was deleveraged, and begin to wait."""
        if posting.cause not in (Cause.DELEVERAGING, Cause.REDUCTION) or posting.party is not Party.ACCOUNTS:
            return
        account, quantity = np.broadcast_arrays(posting.account, posting.quantity)
        row = np.searchsorted(self._account, account)
        mine = row < len(self._account)
        mine[mine] &= self._account[row[mine]] == account[mine]
        mine[mine] &= quantity[mine] > self._nothing[row[mine]]
        for one, closed in zip(row[mine].tolist(), quantity[mine].tolist(), strict=True):
            if self._lost[one] == 0:
                self._env.process(self._wait(one))
            self._lost[one] += closed

    def _wait(self, row: int) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(float(self._delay[row]))
        self._due = np.append(self._due, row)

    def orders(self, mark: Floats, may_open: Bools) -> tuple[Ints, Floats]:
        """Accounts whose time has come where `may_open` `[V, M]`, and contracts to sell (negative) at `mark` `[V, M]`.

        Who is in breach, or has nothing left to margin a position with, stays away.
        """
        if not len(self._due):
            return self._due, NOTHING
        isolated = self._isolated
        ready = may_open.ravel()[isolated.book[self._account[self._due]]]
        rows, self._due = np.sort(self._due[ready]), self._due[~ready]
        ids = self._account[rows]
        isolated.settle(ids)
        sold = np.minimum(self._lost[rows], self._room(isolated, ids, mark, self._leverage[rows]))
        self._lost[rows] = 0.0
        return ids[sold > 0], -sold[sold > 0]

    def _room(self, isolated: Isolated, ids: Ints, mark: Floats, leverage: Floats) -> Floats:
        """Contracts that accounts can sell without more leverage than they began with."""
        price, held = mark.ravel()[isolated.book[ids]], isolated.quantity[ids]
        margin, wallet = isolated.cash[ids] + held * price, isolated.wallet[ids]
        sound = margin >= isolated.rate[ids] * np.abs(held) * price - ROUNDING * np.abs(wallet)
        most = leverage * (margin + wallet) / price
        return np.where(sound, most - np.abs(held), 0.0)
