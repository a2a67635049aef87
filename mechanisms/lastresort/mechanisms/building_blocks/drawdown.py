"""How far markets and pools have fallen within a rolling window, from looks at the fund at irregular times."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.memory import RollingPeak
from lastresort.mechanisms.contract import Floats, ResidualView

Window = tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(ge=0, le=1)]]
"""Length of a rolling window, seconds, and the fall from its peak that is too much, share of the peak."""


class PoolPeaks:
    """The highest balance of each pool within the window."""

    def __init__(self) -> None:
        self._peak = RollingPeak()

    def look(self, view: ResidualView, window: float, paid: Floats | float = 0.0) -> Floats:
        """Highest balance of each pool in the last `window` seconds, `[P]` USD, once `paid` `[n]` has left it."""
        pools = np.arange(len(view.pool_balance))
        gone = np.bincount(view.pool, np.broadcast_to(paid, view.pool.shape), len(pools))
        self._peak.note(view.time, pools, view.pool_balance - gone, before=view.pool_peak)
        return self._peak.highest(view.time - window, pools)


class PoolFloors:
    """The balance of each pool at which it has fallen too far within one window or another."""

    def __init__(self) -> None:
        self._peaks: defaultdict[float, PoolPeaks] = defaultdict(PoolPeaks)

    def look(self, view: ResidualView, windows: Iterable[Window], paid: Floats | float = 0.0) -> Floats:
        """Highest over `windows` of (1 - fall) x peak within the window, `[P]` USD, once `paid` `[n]` has left it."""
        floors = [(1 - fall) * self._peaks[length].look(view, length, paid) for length, fall in windows]
        return np.asarray(np.max(floors, axis=0))


class ResultPeaks:
    """The highest result that each market brought its pool within the window."""

    def __init__(self) -> None:
        self._peak = RollingPeak()

    def fallen(self, view: ResidualView, window: float, paid: Floats | float = 0.0) -> Floats:
        """How far each market's result is below its highest of the last `window` seconds, `[n]` USD (>= 0)."""
        result = view.fund_result - paid
        self._peak.note(view.time, view.market, result, before=0.0)
        return self._peak.highest(view.time - window, view.market) - result
