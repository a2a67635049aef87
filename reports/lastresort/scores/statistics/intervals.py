"""95 % intervals from resamples: studentized where that is defined, BCa and percentile where it is not.

The studentized interval (bootstrap-t, Efron 1982; Hall 1988) turns the quantiles of t* = deviation / its standard error
in the resample into ends, value - t* x jackknife error; neither end is nearer than Student's t puts it. It was chosen
by its coverage on samples of 8 to 50 seeds, see docs/statistics.md. Both others take Hesterberg's (2015) quantile
sqrt(n / (n - 1)) t in place of the normal one, since the bootstrap's spread is too narrow for few seeds; nor are BCa
ends nearer than Student's t.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.statistics.deviations import Deviations, standard_errors
from lastresort.scores.statistics.estimates import CONFIDENCE, rounding
from lastresort.scores.statistics.quantiles import quantile_errors, quantiles

_TAIL = (1 - CONFIDENCE) / 2
_SIDES = np.array([-1.0, 1.0])
_NO_SPREAD = 1e-6
"""Share of the standard error below which a resample's own error is rounding: it holds the same value over and over."""


Told = tuple[str, str]
"""Method of an interval, and why it is not the usual one."""


@dataclass(slots=True)
class Intervals:
    """Lower and upper ends less the value, `[k, 2]`, and their errors `[k, 2]` from drawing resamples at random."""

    ends: Floats
    errors: Floats

    def replace(self, which: Ints, others: "Intervals") -> None:
        """Put other intervals in the place of some."""
        self.ends[which], self.errors[which] = others.ends, others.errors


def best_intervals(deviations: Deviations, values: Floats, seeds: int) -> tuple[Intervals, list[Told]]:
    """Interval of each statistic of `seeds` seeds by the first method that is defined, and how it was found."""
    found = studentized(deviations, seeds)
    defined = np.isfinite(deviations.resampled).all(axis=-1) & np.isfinite(found.ends).all(axis=-1)
    told = [("studentized", "")] * len(values)
    others = np.flatnonzero(~(defined & ~_constant(deviations.resampled, values)))
    second, second_told = resampled_intervals(
        deviations.resampled[others], deviations.pulls[others], values[others], seeds
    )
    found.replace(others, second)
    for place, (method, note) in zip(others, second_told, strict=True):
        told[place] = (method, note or "too many resamples have no spread of their own")
    return found, told


def resampled_intervals(resampled: Floats, pulls: Floats, values: Floats, seeds: int) -> tuple[Intervals, list[Told]]:
    """Interval of each statistic from its deviations `[k, resamples]` and pulls alone: BCa where that is defined.

    Percentile where not, and where the statistic is undefined in some resamples, which are left out.
    """
    ordered, told = np.sort(resampled, axis=-1), [("BCa", "")] * len(values)
    found = _no_nearer_than_student(bca(ordered, pulls, normal(seeds)), standard_errors(pulls, seeds), seeds)
    lost = np.isnan(resampled).mean(axis=-1)
    constant, degenerate = _constant(resampled, values), ~np.isfinite(found.ends).all(axis=-1)
    others = np.flatnonzero((lost > 0) | constant | degenerate)
    found.replace(others, percentile(ordered[others], normal(seeds)))
    for place in others:
        if lost[place]:
            note = f"not defined in {lost[place]:.1%} of the resamples, which are left out"
        else:
            note = "every seed gave the same value" if constant[place] else "BCa is degenerate for these values"
        told[place] = ("percentile", note)
    return found, told


def studentized(deviations: Deviations, seeds: int) -> Intervals:
    """Studentized ends, no nearer than Student's; infinite where too many resamples have no spread of their own."""
    error = standard_errors(deviations.pulls, seeds)[:, None]
    ordered = np.sort(_studentize(deviations, error), axis=-1)
    levels = np.broadcast_to([1 - _TAIL, _TAIL], (len(ordered), 2))
    with np.errstate(invalid="ignore"):
        found = Intervals(-error * quantiles(ordered, levels), error * quantile_errors(ordered, levels))
    return _no_nearer_than_student(found, error[:, 0], seeds)


def bca(ordered: Floats, pulls: Floats, quantile: float) -> Intervals:
    """BCa ends (Efron 1987) from ascending deviations `[k, resamples]`; NaN where they are not defined.

    `quantile` is the normal one in the original, `normal(seeds)` with few seeds. The errors allow for that of the
    bias correction, which is counted in the same resamples (delta method).
    """
    size = ordered.shape[-1]
    below = ((ordered < 0).sum(axis=-1) + (ordered <= 0).sum(axis=-1))[:, None] / (2 * size)
    with np.errstate(all="ignore"):
        bias = scipy.special.ndtri(below)
        skew = ((pulls**3).sum(axis=-1) / (6 * (pulls**2).sum(axis=-1) ** 1.5))[:, None]
        moved = bias + _SIDES * quantile
        points = bias + moved / (1 - skew * moved)
        levels = scipy.special.ndtr(points)
        slopes = (1 + 1 / (1 - skew * moved) ** 2) * np.exp((bias**2 - points**2) / 2)
        shared = np.minimum(below, levels) - below * levels
        variances = slopes**2 * below * (1 - below) + levels * (1 - levels) - 2 * slopes * shared
        spreads = np.sqrt(np.maximum(variances, 0.0) / size)
    return Intervals(quantiles(ordered, levels), quantile_errors(ordered, levels, spreads))


def percentile(ordered: Floats, quantile: float) -> Intervals:
    """Percentile ends from ascending rows `[k, resamples]`; NaN, which stand last, are left out."""
    levels = np.broadcast_to(scipy.special.ndtr(_SIDES * quantile), (len(ordered), 2))
    return Intervals(quantiles(ordered, levels), quantile_errors(ordered, levels))


def normal(seeds: int) -> float:
    """Quantile in place of the normal one with few seeds: sqrt(n / (n - 1)) t (Hesterberg 2015, section 5.3)."""
    return float(np.sqrt(seeds / (seeds - 1)) * scipy.special.stdtrit(seeds - 1, 1 - _TAIL))


def _no_nearer_than_student(found: Intervals, errors: Floats, seeds: int) -> Intervals:
    """Ends moved out to where Student's t on the standard error `[k]` puts them, which no resample has a say in."""
    least = _SIDES * (scipy.special.stdtrit(seeds - 1, 1 - _TAIL) * errors)[:, None]
    nearer = _SIDES * found.ends < _SIDES * least
    return Intervals(np.where(nearer, least, found.ends), np.where(nearer, 0.0, found.errors))


def _studentize(deviations: Deviations, error: Floats) -> Floats:
    """Deviations over their errors, endless where there is no error to speak of."""
    moved = deviations.resampled
    with np.errstate(all="ignore"):
        endless = np.where(moved == 0, 0.0, np.sign(moved) * np.inf)
        return np.asarray(np.where(deviations.errors > _NO_SPREAD * error, moved / deviations.errors, endless))


def _constant(resampled: Floats, values: Floats) -> Bools:
    """Whether all resamples `[k, resamples]` of a statistic differ by rounding alone."""
    low, high = values + resampled.min(axis=-1), values + resampled.max(axis=-1)
    return np.asarray(high - low <= rounding(1) * np.maximum(np.abs(low), np.abs(high)))
