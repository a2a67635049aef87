"""How far ratios of sums, and differences of two of them, stray from their values in each resample.

Everything is in terms of residuals u = x - ratio y, whose sum over a resample divided by that of y is the deviation of
the ratio there. So small differences between large numbers are not lost to rounding.
"""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.scores.statistics.ratios import quotient
from lastresort.scores.statistics.resampling import resample_counts
from lastresort.scores.statistics.sums import counted_sums, totals


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios of sums, one per row: `tops` and `bottoms` `[k, seeds]`."""

    tops: Floats
    bottoms: Floats

    @property
    def values(self) -> Floats:
        """The ratios `[k]`, NaN where the denominator adds up to nothing."""
        return quotient(totals(self.tops), totals(self.bottoms))

    @property
    def residuals(self) -> Floats:
        """x - ratio y, `[k, seeds]`."""
        return self.tops - self.values[:, None] * self.bottoms

    def rows(self, which: Ints) -> "Ratios":
        """Some of the ratios."""
        return Ratios(self.tops[which], self.bottoms[which])


@dataclass(frozen=True, slots=True)
class Deviations:
    """Deviations from the value in each resample `[k, resamples]`, and the standard error in each, by the delta method.

    `pulls` are the mean of the values without one seed less each of them, `[k, seeds]`, or `[k, 2 seeds]` where two
    policies are resampled on their own. NaN where the statistic is not defined.
    """

    resampled: Floats
    errors: Floats
    pulls: Floats


def standard_errors(pulls: Floats, seeds: int) -> Floats:
    """Standard errors `[k]` from leaving out one seed at a time (Tukey 1958)."""
    return np.asarray(np.sqrt((seeds - 1) / seeds * np.square(pulls).sum(axis=-1)))


def of_ratios(ratios: Ratios, block: int = 0) -> Deviations:
    """Deviations of ratios over the resamples of a block."""
    residuals, bottoms = ratios.residuals, ratios.bottoms
    counts = resample_counts(bottoms.shape[-1], block=block)
    below = _distinct_sums(counts, bottoms)
    shift = quotient(counted_sums(counts, residuals), below)
    squares = _cross(counts, (residuals, bottoms, shift), (residuals, bottoms, shift))
    return Deviations(shift, _root(squares / np.square(below), bottoms.shape[-1]), _pulls(residuals, bottoms))


def of_paired_differences(ours: Ratios, theirs: Ratios) -> Deviations:
    """Deviations of differences, both ratios of each in the same resamples."""
    counts = resample_counts(ours.bottoms.shape[-1])
    sides = [(ratios.residuals, ratios.bottoms) for ratios in (ours, theirs)]
    below = [_distinct_sums(counts, bottoms) for _, bottoms in sides]
    shifts = [
        quotient(counted_sums(counts, residuals), sums) for (residuals, _), sums in zip(sides, below, strict=True)
    ]
    first, second = ((*side, shift) for side, shift in zip(sides, shifts, strict=True))
    variance = _cross(counts, first, first) / np.square(below[0]) + _cross(counts, second, second) / np.square(below[1])
    variance -= 2 * _cross(counts, first, second) / (below[0] * below[1])
    pulls = _pulls(*sides[0]) - _pulls(*sides[1])
    return Deviations(shifts[0] - shifts[1], _root(variance, len(counts)), pulls)


def of_unpaired_differences(ours: Ratios, theirs: Ratios) -> Deviations:
    """Deviations of differences, the second ratio of each in resamples of its own."""
    first, second = of_ratios(ours), of_ratios(theirs, block=1)
    return Deviations(
        first.resampled - second.resampled,
        np.hypot(first.errors, second.errors),
        np.concatenate([first.pulls, -second.pulls], axis=-1),
    )


def _distinct_sums(counts: Floats, rows: Floats) -> Floats:
    """Counted sums of rows many of which are the same."""
    distinct, places = np.unique(rows, axis=0, return_inverse=True)
    return np.asarray(counted_sums(counts, distinct)[places])


Side = tuple[Floats, Floats, Floats]
"""Residuals and denominators `[k, seeds]`, and the deviation of their ratio `[k, resamples]`."""


def _cross(counts: Floats, one: Side, other: Side) -> Floats:
    """Sum over each resample of (u - shift y) (u' - shift' y')."""
    (u, y, shift), (v, z, other_shift) = one, other
    sums = counted_sums(counts, u * v) + shift * other_shift * _distinct_sums(counts, y * z)
    if one is other:
        return sums - 2 * shift * counted_sums(counts, u * y)
    return sums - other_shift * counted_sums(counts, u * z) - shift * counted_sums(counts, y * v)


def _root(variance: Floats, seeds: int) -> Floats:
    return np.sqrt(np.maximum(variance, 0.0) * (seeds / (seeds - 1)))


def _pulls(residuals: Floats, bottoms: Floats) -> Floats:
    left = quotient(totals(residuals)[:, None] - residuals, totals(bottoms)[:, None] - bottoms)
    return np.asarray(left.mean(axis=-1, keepdims=True) - left)
