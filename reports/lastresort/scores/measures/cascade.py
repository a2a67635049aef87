"""How high the wave of liquidations was, and how long."""

import numpy as np

from lastresort.mechanisms.contract import Floats

WINDOW = 300.0
"""Seconds over which the peak is taken."""


def peak(time: Floats, total: Floats, window: float) -> float:
    """Largest rise of a running total `[t]` within `window` seconds, from samples at `time`; the total starts at 0."""
    before = np.searchsorted(time, time - window, side="right")
    return float(np.max(total - np.concatenate(([0.0], total))[before], initial=0.0))


def span(time: Floats, total: Floats) -> float:
    """Seconds from the sample in which a running total `[t]` passes 10 % of its end to that in which it passes 90 %."""
    if not total[-1] > 0:
        return 0.0
    first, last = np.searchsorted(total, np.array([0.1, 0.9]) * total[-1], side="left")
    return float(time[last] - time[first])
