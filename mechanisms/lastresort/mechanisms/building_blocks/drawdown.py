"""How far markets and pools have fallen within a rolling window, from looks at the fund at irregular times."""

import numpy as np

from lastresort.mechanisms.building_blocks.memory import RollingPeak
from lastresort.mechanisms.contract import Floats, ResidualView


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


class ResultPeaks:
    """The highest result that each market brought its pool within the window."""

    def __init__(self) -> None:
        self._peak = RollingPeak()

    def fallen(self, view: ResidualView, window: float, paid: Floats | float = 0.0) -> Floats:
        """How far each market's result is below its highest of the last `window` seconds, `[n]` USD (>= 0)."""
        result = view.fund_result - paid
        self._peak.note(view.time, view.market, result, before=0.0)
        return self._peak.highest(view.time - window, view.market) - result
