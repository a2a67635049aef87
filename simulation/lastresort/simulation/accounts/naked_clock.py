"""How long net delta stays above a level of starting gross, and when hedges broke and were whole again."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints

NAKED = 0.20
LEVELS = {
    "naked_longest_05": 0.05,
    "naked_longest_10": 0.10,
    "naked_longest": NAKED,
    "naked_longest_30": 0.30,
    "naked_longest_50": 0.50,
}
"""Net delta over starting gross above which a strategy is naked, ascending, by the column of its longest spell."""


class NakedClock:
    """The spells of all strategies `[K]`, in seconds; a spell counts from one look at the strategy to the next."""

    def __init__(self, strategies: int) -> None:
        self._levels = np.array(list(LEVELS.values()))
        self._spell, self._longest = (np.zeros((strategies, len(LEVELS))) for _ in range(2))
        self._time = np.zeros(strategies)
        self._from, self._rehedged = (np.full(strategies, np.nan) for _ in range(2))

    def advance(self, now: float, ids: Ints, share: Floats, dt: float) -> None:
        """Strategies `ids` show net delta over gross `share`, `dt` seconds after the last look."""
        self._time[ids] += share * dt
        some = (share > self._levels[0]) | (self._spell[ids, 0] > 0)
        if some.any():
            self._count(now, ids[some], share[some], dt)

    def _count(self, now: float, ids: Ints, share: Floats, dt: float) -> None:
        """Spells of the few strategies above the lowest level, now or when they were seen last."""
        self._spell[ids] = spell = np.where(share[:, None] > self._levels, self._spell[ids] + dt, 0.0)
        self._longest[ids] = np.maximum(self._longest[ids], spell)
        naked, never = share > NAKED, np.isnan(self._from[ids])
        self._from[ids[naked & never]] = now
        whole = ids[~naked & ~never & np.isnan(self._rehedged[ids])]
        self._rehedged[whole] = now - self._from[whole]

    def columns(self) -> dict[str, Floats]:
        """Columns of the `strategies` table of a run record."""
        longest = dict(zip(LEVELS, self._longest.T, strict=True))
        return longest | {"naked_time": self._time, "naked_from": self._from, "rehedged_after": self._rehedged}
