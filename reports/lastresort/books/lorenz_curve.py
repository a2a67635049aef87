"""The Lorenz curve of a loss, with no more points than a reader can see."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.concentration import gini_of_curve, relative_lorenz

MOST = 400
"""Most points of a curve."""


class LorenzCurve(NamedTuple):
    """Cumulative shares of equity and of loss `[n]`, from 0 to 1, by rising burden, and the Gini of all accounts."""

    equity: Floats
    loss: Floats
    gini: float

    @classmethod
    def of(cls, loss: Floats, equity: Floats) -> "LorenzCurve":
        """The curve of losses and equities `[A]` USD, with at most so many of its points, both ends among them."""
        across, up = relative_lorenz(loss, equity)
        kept = _evenly(across, up)
        return cls(across[kept], up[kept], gini_of_curve(across, up))


def _evenly(across: Floats, up: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Places of points that are evenly spread across and up; all where they are few."""
    size = len(across)
    if size <= MOST:
        return np.arange(size)
    grid = np.linspace(0.0, 1.0, MOST // 2)[1:-1]
    near = np.concatenate([[0, size - 1], np.searchsorted(across, grid), np.searchsorted(up, grid)])
    return np.unique(np.minimum(near, size - 1))
