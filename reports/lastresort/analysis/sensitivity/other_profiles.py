"""Means of an output along one factor, over the ranges of all others, with bootstrap intervals.

Blocks are resampled whole, since their points share most values. What the other factors do in a straight line, and what
each seed does, is taken out first: their means are known, so this changes nothing but the noise (control variates).
"""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Level
from lastresort.analysis.sensitivity.samples import Sample
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.statistics import CONFIDENCE, resamples

BINS = 5
"""Parts into which a continuous range is cut, where the points are not on a grid."""

FEWEST_BLOCKS = 5
"""Blocks that a level must have points of, or it has no interval."""

POINTS_PER_CONTROL = 3
"""Points that there must be for each number that is fitted, or nothing is taken out."""


@dataclass(frozen=True)
class Profile:
    """Levels along a factor, their places from 0 to 1, and their means in every resample, `[resamples, levels]`."""

    places: Floats
    levels: tuple[Level, ...]
    resampled: Floats


def profile_of(sample: Sample, values: Floats, number: int) -> Profile:
    """Return the means of `values`, `[points]`, along the factor with a number.

    Intervals hold together for all levels (Bonferroni); they are those of Student's t with the bootstrap's error, and
    NaN where a level has points of fewer than five blocks.
    """
    bins, places = _bins(sample, number)
    blocks, size = int(sample.blocks[-1]) + 1, (int(sample.blocks[-1]) + 1, len(places))
    sums, counts = np.zeros(size), np.zeros(size)
    np.add.at(sums, (sample.blocks, bins), without_others(sample, values, number))
    np.add.at(counts, (sample.blocks, bins), 1.0)
    resampled = _resampled(sums, counts, blocks)
    means, support = sums.sum(axis=0) / counts.sum(axis=0), np.count_nonzero(counts, axis=0)
    errors = np.nanstd(resampled, axis=0) * np.sqrt(support / np.maximum(support - 1, 1))
    quantiles = scipy.stats.t.isf((1 - CONFIDENCE) / (2 * len(places)), np.maximum(support - 1, 1))
    reach = np.where(support >= FEWEST_BLOCKS, quantiles * errors, math.nan)
    shown = sample.factors[number].values(places)
    levels = tuple(
        Level(float(value), float(mean), float(mean - half), float(mean + half), int(count))
        for value, mean, half, count in zip(shown, means, reach, counts.sum(axis=0), strict=True)
    )
    return Profile(places, levels, resampled)


def without_others(sample: Sample, values: Floats, number: int) -> Floats:
    """Return `values`, `[points]`, without what all other factors do in a straight line, and the seeds each."""
    columns = [_controls(factor, sample, place) for place, factor in enumerate(sample.factors)]
    controls = np.column_stack([np.ones(len(values)), *columns])
    if len(values) < POINTS_PER_CONTROL * controls.shape[1]:
        return values
    effects = np.linalg.lstsq(controls, values, rcond=None)[0]
    widths = [1, *(column.shape[1] for column in columns)]
    start = sum(widths[: number + 1])
    others = np.ones(len(effects), dtype=np.bool_)
    others[[0, *range(start, start + widths[number + 1])]] = False
    return np.asarray(values - controls[:, others] @ effects[others])


def moves(sample: Sample, values: Floats, number: int) -> Bools:
    """Whether a step of the factor alone changed the value, for each step that the sample has."""
    blocks = values.reshape(-1, sample.block_size)
    if sample.method == "sobol":
        return np.asarray(blocks[:, 1 + number] != blocks[:, 0])
    places = sample.unit[:, number].reshape(-1, sample.block_size)
    return np.asarray(np.diff(blocks, axis=1)[np.diff(places, axis=1) != 0] != 0)


def _controls(factor: Factor, sample: Sample, place: int) -> Floats:
    """Columns of a factor whose means over its range are 0, `[points, columns]`."""
    if not factor.by_chance:
        return sample.unit[:, [place]] - 0.5
    groups = np.array(factor.levels)
    return np.asarray((sample.values[:, [place]] == groups[1:]) - 1.0 / len(groups))


def _bins(sample: Sample, number: int) -> tuple[Ints, Floats]:
    """The bin of each point, and where each bin is, from 0 to 1; only bins that have points."""
    factor, unit = sample.factors[number], sample.unit[:, number]
    steps = sample.values[:, number] if factor.levels or factor.whole else np.round(unit, 9)
    there, bins = np.unique(steps, return_inverse=True)
    if factor.levels or sample.method == "morris" or len(there) <= BINS:
        return bins.astype(np.int64), np.array([unit[bins == place].mean() for place in range(len(there))])
    bins = np.minimum((unit * BINS).astype(np.int64), BINS - 1)
    there, bins = np.unique(bins, return_inverse=True)
    return bins.astype(np.int64), (there + 0.5) / BINS


def _resampled(sums: Floats, counts: Floats, blocks: int) -> Floats:
    """Means `[resamples, levels]` over blocks drawn with repetition; NaN where no block of a draw has the level."""
    drawn = resamples(blocks)
    weights = np.zeros((len(drawn), blocks))
    np.add.at(weights, (np.arange(len(drawn))[:, None], drawn), 1.0)
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ sums) / (weights @ counts))
