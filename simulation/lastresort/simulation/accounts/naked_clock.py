"""How long net delta stays above a level of gross after a rule took a leg, and when hedges were whole again."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.kernels.hedge_watch import advance_spells
from lastresort.simulation.recording.column_families import AT_END, LEVELS, NAKED

PLACE = list(LEVELS.values()).index(NAKED)
"""The place of the level that says naked."""


class NakedClock:
    """The spells of all strategies `[K]`, in seconds; a spell counts from one look at the strategies to the next.

    A spell counts if it begins at or after the first close that was shared out to the strategy: a book that was naked
    before, by its own trading or its own liquidation, was not made so by the rule.
    """

    def __init__(self, strategies: int) -> None:
        self._levels = np.array(list(LEVELS.values()))
        self._spell, self._longest = (demand_zeros(strategies, len(LEVELS)) for _ in range(2))
        self._counts = np.zeros((strategies, len(LEVELS)), dtype=bool)
        self._time = demand_zeros(strategies)
        self.first_shared, self._from, self._rehedged = (np.full(strategies, np.nan) for _ in range(3))

    def advance(self, now: float, delta: Floats, gross: Floats, dt: float) -> None:
        """Strategies show net `delta` of their starting `gross`, `[K]` USD, `dt` seconds after the last look."""
        spells, times = (self._spell, self._longest), (self._time, self._from, self._rehedged)
        advance_spells(now, dt, delta, gross, self.first_shared, self._levels, PLACE, spells, self._counts, times)

    def columns(self) -> dict[str, Floats]:
        """Columns of the `strategies` table of a run record."""
        longest = dict(zip(LEVELS, self._longest.T, strict=True))
        at_end = dict(zip(AT_END, np.where(self._counts, self._spell, 0.0).T, strict=True))
        times = {"naked_time": self._time, "naked_from": self._from, "rehedged_after": self._rehedged}
        return {"first_shared": self.first_shared} | longest | at_end | times
