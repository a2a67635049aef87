"""Estimates of ratios of sums over seeds, and of their differences, as many at once as there are."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.scores.statistics import deviations
from lastresort.scores.statistics.deviations import Deviations, Ratios, standard_errors
from lastresort.scores.statistics.estimates import Estimate, without_interval
from lastresort.scores.statistics.intervals import Intervals, best_intervals, resampled_intervals
from lastresort.scores.statistics.resampling import resamples

_AT_ONCE = 16
"""Rows whose resamples fit into the cache of a processor."""

Terms = tuple[Floats, Floats]
"""Numerators and denominators of ratios of sums."""

Statistic = Callable[..., Floats]
"""A function of columns `[..., seeds]`, whose last axis it reduces; NaN where it is undefined."""


def estimate_ratios(tops: Floats, bottoms: Floats) -> list[Estimate]:
    """Estimate the ratios of sums of rows `[k, seeds]`, each with a 95 % interval from resamples of whole seeds.

    NaN where a denominator adds up to nothing, no interval below two seeds. Where no run lies below zero, neither does
    the interval. Each row comes out with the same bits whatever stands in the others.
    """
    ratios = Ratios(tops, bottoms)
    found = _estimates(ratios.values, tops.shape[-1], lambda which: deviations.of_ratios(ratios.rows(which)))
    return [_not_below_zero(one) if (row >= 0).all() else one for one, row in zip(found, tops, strict=True)]


def estimate_ratio_differences(ours: Terms, theirs: Terms, paired: Sequence[bool] | None = None) -> list[Estimate]:
    """Estimate differences of ratios of sums over the same seeds, first minus second, with 95 % intervals.

    Rows `[k, seeds]`. The seeds of both are resampled together, or each on their own where `paired` is False; then the
    jackknife errors add up in squares.
    """
    kinds = _kinds(ours, theirs, paired)
    found: dict[int, Estimate] = {}
    for kind, deviate in _DEVIATIONS.items():
        places = np.flatnonzero(kinds == kind)
        sides = Ratios(*ours).rows(places), Ratios(*theirs).rows(places)
        found |= dict(zip(places.tolist(), _of_one_kind(*sides, deviate), strict=True))
    return [found[place] for place in range(len(kinds))]


def mean_differences(ours: Sequence[Floats], theirs: Sequence[Floats]) -> list[Estimate]:
    """Estimate differences of means over the same seeds, first minus second: rows `[k, seeds]`."""
    if not len(ours):
        return []
    tops, others = np.array(ours, dtype=np.float64), np.array(theirs, dtype=np.float64)
    ones = np.ones_like(tops)
    return estimate_ratio_differences((tops, ones), (others, ones))


def estimate(statistic: Statistic, columns: Sequence[Floats]) -> Estimate:
    """Estimate any statistic of columns `[seeds]` with a BCa interval, the statistic recomputed in each resample."""
    value, seeds = float(statistic(*columns)), len(columns[0])
    if seeds < 2:
        return without_interval(value, "an interval needs at least two seeds")
    if np.isnan(value):
        return without_interval(value, "not defined in these runs")
    parts = np.array_split(resamples(seeds), 20)
    resampled = np.concatenate([statistic(*(column[part] for column in columns)) for part in parts])
    without = np.array([statistic(*(np.delete(column, seed) for column in columns)) for seed in range(seeds)])
    pulls, values = (without.mean() - without)[None], np.array([value])
    found, told = resampled_intervals((resampled - value)[None], pulls, values, seeds)
    return _estimates_of(values, found, told, standard_errors(pulls, seeds))[0]


def _of_one_kind(ours: Ratios, theirs: Ratios, deviate: Callable[[Ratios, Ratios], Deviations]) -> list[Estimate]:
    def strayed(which: Ints) -> Deviations:
        return deviate(ours.rows(which), theirs.rows(which))

    return _estimates(ours.values - theirs.values, ours.tops.shape[-1], strayed)


def _common(ours: Ratios, theirs: Ratios) -> Deviations:
    """Over common denominators, a difference of ratios is the ratio of the differences."""
    return deviations.of_ratios(Ratios(ours.tops - theirs.tops, ours.bottoms))


_DEVIATIONS: dict[str, Callable[[Ratios, Ratios], Deviations]] = {
    "common": _common,
    "paired": deviations.of_paired_differences,
    "unpaired": deviations.of_unpaired_differences,
}


def _kinds(ours: Terms, theirs: Terms, paired: Sequence[bool] | None) -> NDArray[np.str_]:
    common = (ours[1] == theirs[1]).all(axis=-1)
    together = np.ones(len(common), dtype=bool) if paired is None else np.array(paired, dtype=bool)
    return np.where(together, np.where(common, "common", "paired"), "unpaired")


def _estimates(values: Floats, seeds: int, deviate: Callable[[Ints], Deviations]) -> list[Estimate]:
    """Estimates of statistics whose deviations are asked for a few at a time, by their places."""
    if seeds < 2:
        return [without_interval(float(value), "an interval needs at least two seeds") for value in values]
    found = [without_interval(float(value), "not defined in these runs") for value in values]
    defined = np.flatnonzero(~np.isnan(values))
    for start in range(0, len(defined), _AT_ONCE):
        places = defined[start : start + _AT_ONCE]
        for place, one in zip(places, _with_intervals(values[places], deviate(places), seeds), strict=True):
            found[place] = one
    return found


def _with_intervals(values: Floats, strayed: Deviations, seeds: int) -> list[Estimate]:
    found, told = best_intervals(strayed, values, seeds)
    return _estimates_of(values, found, told, standard_errors(strayed.pulls, seeds))


def _estimates_of(values: Floats, found: Intervals, told: Sequence[tuple[str, str]], errors: Floats) -> list[Estimate]:
    return [
        Estimate(float(value), float(value + low), float(value + high), method, note, float(error), float(missed))
        for value, (low, high), (method, note), error, missed in zip(
            values, found.ends, told, errors, found.errors.max(axis=-1), strict=True
        )
    ]


def _not_below_zero(one: Estimate) -> Estimate:
    return replace(one, low=0.0) if one.low < 0 else one
