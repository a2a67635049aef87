"""How long net delta stays above a level of gross after a rule took a leg, and when hedges were whole again."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.hedge_watch import advance_spells

NAKED = 0.20
LEVELS = {
    "naked_longest_05": 0.05,
    "naked_longest_10": 0.10,
    "naked_longest": NAKED,
    "naked_longest_30": 0.30,
    "naked_longest_50": 0.50,
}
"""Net delta over starting gross above which a strategy is naked, ascending, by the column of its longest spell."""

PLACE = list(LEVELS.values()).index(NAKED)
"""The place of the level that says naked."""

AT_END = {name.replace("longest", "at_end"): level for name, level in LEVELS.items()}
"""The same levels by the column of the spell that was still going on at the end."""


class NakedClock:
    """The spells of all strategies `[K]`, in seconds; a spell counts from one look at the strategies to the next.

    A spell counts if it begins at or after the first close that was shared out to the strategy: a book that was naked
    before, by its own trading or its own liquidation, was not made so by the rule.
    """

    def __init__(self, strategies: int) -> None:
        self._levels = np.array(list(LEVELS.values()))
        self._spell, self._longest = (np.zeros((strategies, len(LEVELS))) for _ in range(2))
        self._counts = np.zeros((strategies, len(LEVELS)), dtype=bool)
        self._time = np.zeros(strategies)
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
