"""Would an assumption flip a difference? Where its mean along the factor is clear of zero, and on which side."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Flip, Level, Outcome
from lastresort.analysis.sensitivity.other_profiles import FEWEST_BLOCKS, Profile, moves, profile_of
from lastresort.analysis.sensitivity.outputs import Output
from lastresort.analysis.sensitivity.samples import Sample
from lastresort.analysis.sensitivity.sentences import flip_sentence, too_few, unmoved
from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics import CONFIDENCE

NOWHERE = (math.nan, math.nan, math.nan)


def flips(sample: Sample, values: Floats, outputs: Sequence[Output], lower_is_better: Sequence[bool]) -> list[Flip]:
    """Return for each difference and each factor, but chance, whether the difference changes its sign.

    `values` are `[points, outputs]`; blocks with a hole are left out.
    """
    kept = sample.complete(values)
    whole = sample.kept(kept)
    return [
        flip_of(whole, values[kept, place], output, number, lower)
        for place, (output, lower) in enumerate(zip(outputs, lower_is_better, strict=True))
        if output.against
        for number, factor in enumerate(sample.factors)
        if not factor.by_chance
    ]


def flip_of(sample: Sample, values: Floats, output: Output, number: int, lower: bool) -> Flip:
    """Return what the sample says of one difference, `[points]`, along its factor with a number.

    A factor of which no step ever changed the difference never flips it.
    """
    factor = sample.factors[number]
    if len(values) < FEWEST_BLOCKS * sample.block_size:
        return Flip(output.name, factor.name, "cannot be told", *NOWHERE, (), too_few(factor))
    if not moves(sample, values, number).any():
        return Flip(output.name, factor.name, "never", *NOWHERE, (), unmoved(factor))
    profile = profile_of(sample, values, number)
    outcome, between = _judged(profile.levels)
    at = _crossing(profile, factor, *between) if between else NOWHERE
    sentence = flip_sentence(factor, output, profile.levels, outcome, at, lower)
    return Flip(output.name, factor.name, outcome, *at, profile.levels, sentence)


def _judged(levels: Sequence[Level]) -> tuple[Outcome, tuple[int, int] | None]:
    """The outcome, and the neighbouring clear levels between which the sign changes, where that happens once."""
    clear = [(place, level.sign) for place, level in enumerate(levels) if level.sign]
    changes = [(here, there) for (here, sign), (there, other) in itertools.pairwise(clear) if sign != other]
    if changes:
        return "flips", changes[0] if len(changes) == 1 else None
    return ("never" if len(clear) == len(levels) else "cannot be told"), None


def _crossing(profile: Profile, factor: Factor, first: int, last: int) -> tuple[float, float, float]:
    """Where the mean crosses zero between two levels, with a 95 % interval from the resamples, as values.

    Of a factor that has levels only, it can be said between which two it lies, and nothing else.
    """
    if factor.levels:
        return math.nan, profile.levels[first].value, profile.levels[last].value
    places = profile.places[first : last + 1]
    means = np.array([level.mean for level in profile.levels[first : last + 1]])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(_zeros(places, profile.resampled[:, first : last + 1]), [tail, 1 - tail])
    at = _zeros(places, means[None, :])[0]
    return factor.value(float(at)), factor.value(float(low)), factor.value(float(high))


def _zeros(places: Floats, means: Floats) -> Floats:
    """First place at which each row of means, joined by straight lines, crosses zero; NaN where it does not."""
    changes = np.sign(means[:, :-1]) != np.sign(means[:, 1:])
    rows, first = np.arange(len(means)), np.argmax(changes, axis=1)
    before, after = means[rows, first], means[rows, first + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = places[first] + (places[first + 1] - places[first]) * before / (before - after)
    return np.where(changes.any(axis=1), found, np.nan)
