"""How long net delta stays above a level of gross after a rule took a leg, and when hedges were whole again."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.recording.column_families import AT_END, LEVELS, NAKED


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

    def advance(self, now: float, share: Floats, dt: float) -> None:
        """Strategies show net delta over gross `share` `[K]`, `dt` seconds after the last look."""
        self._time += np.where(self.first_shared <= now, share * dt, 0.0)
        some = np.flatnonzero((share > self._levels[0]) | (self._spell[:, 0] > 0))
        if not len(some):
            return
        above, before = share[some, None] > self._levels, self._spell[some]
        begun = (self.first_shared[some] <= now)[:, None]
        self._counts[some] = counts = above & np.where(before > 0, self._counts[some], begun)
        self._spell[some] = spell = np.where(above, before + dt, 0.0)
        self._longest[some] = np.maximum(self._longest[some], np.where(counts, spell, 0.0))
        place = list(LEVELS.values()).index(NAKED)
        self._note_first(now, some, counts[:, place])

    def _note_first(self, now: float, ids: Ints, naked: Bools) -> None:
        """When the first spell that counts was seen, and when its end."""
        never = np.isnan(self._from[ids])
        self._from[ids[naked & never]] = now
        whole = ids[~naked & ~never & np.isnan(self._rehedged[ids])]
        self._rehedged[whole] = now - self._from[whole]

    def columns(self) -> dict[str, Floats]:
        """Columns of the `strategies` table of a run record."""
        longest = dict(zip(LEVELS, self._longest.T, strict=True))
        at_end = dict(zip(AT_END, np.where(self._counts, self._spell, 0.0).T, strict=True))
        times = {"naked_time": self._time, "naked_from": self._from, "rehedged_after": self._rehedged}
        return {"first_shared": self.first_shared} | longest | at_end | times
