"""Answers in words: what a factor does to a difference between two policies."""

import math
from collections.abc import Sequence

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Flip, Level, Outcome
from lastresort.analysis.sensitivity.outputs import Output


def word(sign: float, lower_is_better: bool) -> str:
    """Return "better" or "worse" for the sign of a difference."""
    return "better" if (sign < 0) is lower_is_better else "worse"


def too_few(factor: Factor) -> str:
    """Return what can be said where there are hardly any points."""
    return f"{_named(factor)}: cannot be told: too few points"


def unmoved(factor: Factor) -> str:
    """Return what can be said of a factor that changes nothing."""
    return f"{_named(factor)}: never within the range; it does not move this difference at all"


def flip_sentence(
    factor: Factor,
    output: Output,
    levels: Sequence[Level],
    outcome: Outcome,
    at: tuple[float, float, float],
    lower: bool,
) -> str:
    """Return what came of a factor, as one sentence."""
    name = _named(factor)
    if outcome == "never":
        means = [level.mean for level in levels]
        told = f"{output.policy} stays {word(means[0], lower)}, {min(means):+.3g} to {max(means):+.3g}"
        return f"{name}: never within the range; {told}"
    if outcome == "flips":
        return f"{name}: flips {_where(factor, levels, at, lower)}"
    return f"{name}: cannot be told; {_clear(factor, levels, lower)}"


def _named(factor: Factor) -> str:
    return f"{factor.label} ({factor.range})"


def _where(factor: Factor, levels: Sequence[Level], at: tuple[float, float, float], lower: bool) -> str:
    clear = [level for level in levels if level.sign]
    first, last = word(clear[0].sign, lower), word(clear[-1].sign, lower)
    value, low, high = at
    if math.isnan(low):
        told = ", ".join(f"{word(level.sign, lower)} at {factor.shown(level.value)}" for level in clear)
        return f"more than once: {told}"
    if math.isnan(value):
        return f"between {factor.shown(low)} and {factor.shown(high)}: {first} below, {last} above"
    return f"at {factor.shown(value)} [{factor.shown(low)}, {factor.shown(high)}]: {first} below, {last} above"


def _clear(factor: Factor, levels: Sequence[Level], lower: bool) -> str:
    clear = [level for level in levels if level.sign]
    if not clear:
        return "the difference is not clear of zero anywhere in it"
    at = ", ".join(factor.shown(level.value) for level in clear)
    return f"{word(clear[0].sign, lower)} at {at} and not clear of zero elsewhere"


def answer(output: Output, found: Sequence[Flip], factors: Sequence[Factor], better: tuple[int, int]) -> str:
    """Return the answer for one difference: how many factors flip it, and the strongest of them.

    `better` is at how many points the policy is better, and of how many.
    """
    flipping = [one for one in found if one.outcome == "flips"]
    never = sum(one.outcome == "never" for one in found)
    rest = len(found) - len(flipping) - never
    counts = f"{len(flipping)} of {len(found)} flip it, {never} never do, {rest} cannot be told"
    told = f"{output.name}: better at {better[0]:,} of {better[1]:,} points; {counts}"
    if flipping:
        return f"{told}; the strongest is {max(flipping, key=_reach).sentence}"
    nearest = [one for one in found if one.levels]
    return f"{told}; nearest to a flip is {_nearest(nearest, factors)}" if nearest else told


def _reach(flip: Flip) -> float:
    """How far the difference moves along a factor."""
    means = [level.mean for level in flip.levels]
    return max(means) - min(means)


def _nearest(found: Sequence[Flip], factors: Sequence[Factor]) -> str:
    """The level of a factor at which the mean has moved furthest from the side on which the difference lies."""
    side = math.copysign(1.0, sum(level.mean * level.points for one in found for level in one.levels))
    name, level = min(
        ((one.factor, level) for one in found for level in one.levels), key=lambda pair: side * pair[1].mean
    )
    factor = next(factor for factor in factors if factor.name == name)
    interval = "" if math.isnan(level.low) else f" [{level.low:+.3g}, {level.high:+.3g}]"
    return f"{factor.label} at {factor.shown(level.value)}, with {level.mean:+.3g}{interval}"
