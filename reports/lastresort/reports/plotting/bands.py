"""What many seeds say about one quantity: a middle, and two ends around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lastresort.mechanisms.contract import Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, lowest and highest value over the seeds."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """A middle line and two ends around it at each place `at`, all `[n]`.

    The middle is the median over the seeds, or an estimate; the ends are the lowest and the highest seed, or those of
    a 95 % interval, NaN where there is none: the caption of a figure says which.
    """

    at: Floats
    median: Floats
    low: Floats
    high: Floats

    def between(self, start: float, end: float) -> "Band":
        """The part whose places lie from `start` to `end`."""
        inside = (self.at >= start) & (self.at <= end)
        return Band(self.at[inside], self.median[inside], self.low[inside], self.high[inside])


def spread(values: ArrayLike) -> Spread:
    """Summarise one value per seed; NaN throughout where no seed has a value."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return Spread(np.nan, np.nan, np.nan)
    return Spread(float(known.mean()), float(known.min()), float(known.max()))


def band(at: Floats, runs: Floats) -> Band:
    """Summarise `runs`, `[seeds, n]`, at each of the `n` places."""
    return Band(at, np.median(runs, axis=0), runs.min(axis=0), runs.max(axis=0))
