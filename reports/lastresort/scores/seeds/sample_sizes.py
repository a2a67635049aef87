"""How many seeds a declared precision takes: Stein's two stages, of which only the first decides.

Adding seeds until an interval looks narrow enough stops at lucky spreads and covers too rarely. Stein (1945) computes
the number of seeds from the first stage alone and keeps its standard deviation for the interval, which then covers at
least as often as it says. For means of normal observations that is exact; for ratios of sums, whose seeds enter by
their linearized influences, it holds as the first stage grows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.statistics import CONFIDENCE, influences, ratio
from lastresort.scores.statistics.terms import complete_seeds, crossed_terms

if TYPE_CHECKING:
    import pandas as pd

FIRST_STAGE = 50
"""Seeds of the first stage where nothing else is said."""


ENDLESS = 1e15
"""Seeds that nobody will ever run: what is more counts as this many."""


@dataclass(frozen=True, slots=True)
class Target:
    """How precisely a score is to be known: the half-width of its interval, in the score's unit.

    With a `baseline`, the difference `policy` minus `baseline`, paired by seed; without one, the policy's own score.
    """

    score: Score
    policy: str
    baseline: str | None
    half_width: float


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known about a target, and how many seeds it takes; all intervals together hold with the confidence."""

    target: Target
    value: float
    low: float
    high: float
    needed: int


@dataclass(frozen=True, slots=True)
class TwoStage:
    """A two-stage plan: `seeds` are run, `needed` is settled with the first stage and None before, like `intervals`.

    Stopping at the budget keeps the intervals valid: they are wider than asked, and `reached` is False.
    """

    first_stage: int
    budget: int | None
    seeds: int
    needed: int | None
    intervals: tuple[Interval, ...]

    @property
    def reached(self) -> bool:
        """Whether every target is met."""
        return self.needed is not None and self.seeds >= self.needed

    @property
    def add(self) -> int:
        """Number of seeds to run next: the rest of the first stage, then the rest of what is needed and affordable."""
        goal = self.first_stage if self.needed is None else self.needed
        return max(0, (goal if self.budget is None else min(goal, self.budget)) - self.seeds)


def plan_precision(
    table: "pd.DataFrame",
    targets: Sequence[Target],
    first_stage: int = FIRST_STAGE,
    budget: int | None = None,
    confidence: float = CONFIDENCE,
) -> TwoStage:
    """Plan the seeds for targets declared before running, from the score table so far; asking again changes nothing.

    The first stage are the lowest seeds, so later ones must be higher. Each target takes an equal (Bonferroni) share
    of 1 - `confidence`. InputError for impossible settings, and where a score is undefined over the first stage.
    """
    _check(targets, first_stage, budget)
    share = 1 - (1 - confidence) / len(targets)
    pairs = [crossed_terms(table, target.score, _policies(target)) for target in targets]
    seeds = min(complete_seeds(top) for top, _ in pairs)
    if seeds < first_stage:
        return TwoStage(first_stage, budget, seeds, None, ())
    intervals = tuple(
        _interval(target, top[:, :seeds], bottom[:, :seeds], first_stage, share)
        for target, (top, bottom) in zip(targets, pairs, strict=True)
    )
    return TwoStage(first_stage, budget, seeds, max(found.needed for found in intervals), intervals)


def sample_sizes(first_stage: Floats, half_width: float, confidence: float = CONFIDENCE) -> Ints:
    """Seeds needed in all for a half-width: max(n0, (t s / half-width)^2), rounded up (Stein 1945).

    `first_stage` holds observations, or influences of seeds, `[..., n0]`; s is their standard deviation, t Student's
    with n0 - 1 degrees of freedom.
    """
    needed = np.ceil(np.square(half_widths(first_stage, 1, confidence) / half_width))
    return np.maximum(first_stage.shape[-1], np.minimum(needed, ENDLESS).astype(np.int64))


def half_widths(first_stage: Floats, seeds: int | Ints, confidence: float = CONFIDENCE) -> Floats:
    """Half-width after `seeds` seeds: t s / sqrt(seeds), s and the degrees of freedom those of the first stage."""
    quantile = float(scipy.stats.t.isf((1 - confidence) / 2, first_stage.shape[-1] - 1))
    return np.asarray(quantile * first_stage.std(axis=-1, ddof=1) / np.sqrt(seeds))


def _interval(target: Target, top: Floats, bottom: Floats, first_stage: int, confidence: float) -> Interval:
    signs = np.array([1.0, -1.0])[: len(top)]
    first = signs @ influences(top[:, :first_stage], bottom[:, :first_stage])
    if np.isnan(first).any():
        raise InputError(
            f"the score '{target.score.name}' of {' or '.join(_policies(target))} is not defined over the first "
            f"{first_stage} seeds, so its precision cannot be planned"
        )
    value = float(signs @ ratio(top, bottom))
    reach = float(half_widths(first, top.shape[-1], confidence))
    needed = int(sample_sizes(first, target.half_width, confidence))
    return Interval(target, value, value - reach, value + reach, needed)


def _policies(target: Target) -> tuple[str, ...]:
    return (target.policy,) if target.baseline is None else (target.policy, target.baseline)


def _check(targets: Sequence[Target], first_stage: int, budget: int | None) -> None:
    if not targets:
        raise InputError("precision: found no target; allowed: at least one comparison declared before running")
    for target in targets:
        if not 0 < target.half_width < math.inf:
            raise InputError(
                f"precision of '{target.score.name}': found the half-width {target.half_width}; allowed: above 0"
            )
    if first_stage < 2:
        raise InputError(f"precision: found a first stage of {first_stage} seeds; allowed: at least 2")
    if budget is not None and budget < first_stage:
        raise InputError(
            f"precision: found a budget of {budget} seeds; allowed: at least the first stage, {first_stage}"
        )
