"""Parameters that differ by tier: one value per tier of markets, which come majors first."""

from functools import lru_cache

import numpy as np

from lastresort.mechanisms.contract import Floats, frozen


@lru_cache(maxsize=64)
def by_tier(values: tuple[float, ...], starts: tuple[int, ...], markets: int) -> Floats:
    """Value of each market `[M]`: the first up to market `starts[0]`, and so on; the last one holds for all others."""
    tier = np.searchsorted(starts, np.arange(markets), side="right")
    return frozen(np.asarray(values, dtype=np.float64)[np.minimum(tier, len(values) - 1)])
