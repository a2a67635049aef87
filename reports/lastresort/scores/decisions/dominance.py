"""Stochastic dominance: whether one policy's losses are smaller throughout, or for everybody who is averse to risk.

Tests in the manner of Barrett and Donald (Econometrica 71, 2003), recentred at equal distributions, with resamples of
whole seeds, so that both policies may depend on one another (Linton, Maasoumi and Whang 2005). The null hypothesis is
dominance, so it is rejected or not rejected, and never shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.scores.statistics.resampling import resample_counts
from lastresort.scores.statistics.significance import SIGNIFICANCE
from lastresort.scores.statistics.sums import counted_sums, totals

MOST_POINTS = 200
"""Losses at which distributions are compared, at most."""
TRIALS = 2_000
"""Resamples used, the first of all."""

Order = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Dominance:
    """Test of "these losses dominate those", at 5 %: `statistic` is the largest violation times sqrt(seeds)."""

    order: Order
    statistic: float
    p_value: float

    @property
    def verdict(self) -> str:
        """What may be said."""
        return "rejected" if self.p_value < SIGNIFICANCE else "not rejected"


def stochastic_dominance(ours: Sequence[float] | Floats, theirs: Sequence[float] | Floats, order: Order) -> Dominance:
    """Test whether `ours` dominates `theirs`, losses over the same seeds, `[seeds]` each, two or more.

    First order: P(ours > x) <= P(theirs > x) for all x. Second order, for losses (increasing convex order):
    E max(ours - x, 0) <= E max(theirs - x, 0) for all x.
    """
    first, second = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if len(first) != len(second) or len(first) < 2:
        raise InputError(f"dominance: found {len(first)} and {len(second)} losses; allowed: as many, at least two")
    points = _points(np.concatenate([first, second]))
    rows = _excess(first, points, order) - _excess(second, points, order)
    means = totals(rows) / len(first)
    strayed = counted_sums(resample_counts(len(first))[:, :TRIALS], rows) / len(first) - means[:, None]
    largest, resampled = float(means.max()), strayed.max(axis=0)
    rounding = 1e-12 * float(np.abs(rows).max())
    p_value = float((resampled >= largest - rounding).mean()) if largest > rounding else 1.0
    return Dominance(order, float(np.sqrt(len(first)) * largest), p_value)


def _points(losses: Floats) -> Floats:
    """All losses that occur, or some at even ranks where there are many."""
    distinct = np.unique(losses)
    places = np.linspace(0, len(distinct) - 1, min(len(distinct), MOST_POINTS)).round().astype(np.int64)
    return np.asarray(distinct[places])


def _excess(losses: Floats, points: Floats, order: Order) -> Floats:
    """What each loss adds to the curve that is compared at each point, `[points, seeds]`."""
    over = losses[None, :] - points[:, None]
    return np.asarray((over > 0).astype(np.float64) if order == 1 else np.maximum(over, 0.0))
