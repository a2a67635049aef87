"""Cool-downs between liquidation clips: accounts in breach that their venue's rules leave alone for a while."""

from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.accounts.isolated import Isolated


class CoolDowns:
    """Until when each account is left alone, seconds; a cool-down ends in an event of its own."""

    def __init__(self, env: simpy.Environment, isolated: Isolated, accounts: int) -> None:
        self._env, self._isolated = env, isolated
        self._until = demand_zeros(accounts)
        self._ends: list[float] = []

    def begin(self, account: Ints, pause: Floats) -> None:
        """Accounts in breach are not asked about for `pause` seconds (0: until the next tick)."""
        for length in np.unique(pause[pause > 0]) if pause.any() else ():
            mine = np.unique(account[pause == length])
            self._until[mine] = self._env.now + length
            heappush(self._ends, self._env.now + length)
            self._env.process(self._end(mine[mine < len(self._isolated.book)], float(length)))

    def _end(self, ids: Ints, length: float) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(length)
        self._isolated.triggers.watch_anew(ids)

    def resting(self) -> Bools:
        """Which accounts are left alone now."""
        return np.asarray(self._until > self._env.now)

    @property
    def next_end(self) -> float:
        """When the next cool-down ends; infinite where there is none."""
        while self._ends and self._ends[0] <= self._env.now:
            heappop(self._ends)
        return self._ends[0] if self._ends else np.inf
