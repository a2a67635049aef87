"""How high the wave of liquidations was, and how long."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.owners import numbers
from lastresort.simulation.recording.record import RunRecord

WINDOW = 300.0
"""Seconds over which the peak is taken."""


def cascade(run: RunRecord) -> dict[str, float]:
    """Liquidations of one run, from a sample a minute.

    `cascade_peak` is the largest notional that was liquidated within five minutes (USD), `cascade_span` the seconds in
    which the middle 80 % were.
    """
    time = numbers(run.series, "time")
    total = numbers(run.series, "liquidated_long") + numbers(run.series, "liquidated_short")
    return {
        "cascade_peak": peak(time, total, WINDOW),
        "cascade_span": span(time, total),
    }


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
