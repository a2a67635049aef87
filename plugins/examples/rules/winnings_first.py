"""Winners of the run: what an account has won since the start, realised or not, decides."""

import numpy as np

from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.contract import Candidates, Floats


@ranking("winnings-first", source="OKEx 2018: net profit of the period, of which losses were clawed back")
def winnings_first(holders: Candidates, *, floor: float = 1.0) -> Floats:
    """Close first who has won most per dollar of equity, which counts as at least `floor` USD."""
    return holders.gain / np.maximum(holders.equity, floor)
