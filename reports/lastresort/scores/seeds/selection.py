"""Which policy is best: the fully sequential procedure of Kim and Nelson (2001), which may look after every seed.

Each look drops the policies that are clearly beaten. If the best policy leads by at least the smallest difference of
interest, it is the one selected with probability 1 - alpha or more; pairing by seed is allowed and makes it quicker.
That holds for means of normal observations. For ratios of sums the policies are compared by their ratios over the
seeds so far, and the variances are those of linearized influences, so it holds as the first stage grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.statistics import CONFIDENCE, influences, ratio
from lastresort.scores.statistics.terms import complete_seeds, crossed_terms

if TYPE_CHECKING:
    import pandas as pd

FIRST_STAGE = 20
"""Seeds on which every policy runs before any is dropped, where nothing else is said."""
BATCH = 10
"""Seeds added at once, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Course of the procedure: seeds after which each policy was dropped, `[..., policies]`, 0 for those still in.

    `seeds` is the number of seeds looked at, `decided` `[...]` says where nothing is left to decide, and `most` `[...]`
    after how many seeds that is certain to be so.
    """

    dropped: Ints
    decided: Bools
    most: Ints
    seeds: int


@dataclass(frozen=True, slots=True)
class Selection:
    """How far the search for the best policy has come after `seeds` seeds.

    `survivors` are the policies still in, best first; `dropped` are (policy, seeds after which it was dropped). `best`
    is None until decided. Then `add` is 0; before, the survivors are to run on the first `seeds` + `add` seeds. `most`
    is the number of seeds after which it will be decided, None during the first stage.
    """

    seeds: int
    survivors: tuple[str, ...]
    dropped: tuple[tuple[str, int], ...]
    best: str | None
    add: int
    most: int | None


def select_best(
    table: "pd.DataFrame",
    score: Score,
    policies: Sequence[str],
    smallest_difference: float,
    first_stage: int = FIRST_STAGE,
    confidence: float = CONFIDENCE,
    batch: int = BATCH,
) -> Selection:
    """Look for the best of `policies` on a score in the score table so far, seed by seed in ascending order.

    Looks depend on the order of seeds only, not on batches, so later seeds must be higher. A dropped policy needs no
    further runs. InputError for impossible settings, and for scores that are descriptive or undefined.
    """
    sign = check_settings(score, policies, smallest_difference, first_stage, confidence)
    top, bottom = crossed_terms(table, score, policies)
    seeds = complete_seeds(top)
    if len(policies) == 1:
        return Selection(seeds, tuple(policies), (), policies[0], 0, None)
    if seeds < first_stage:
        return Selection(seeds, tuple(policies), (), None, first_stage - seeds, None)
    if (bottom[:, :first_stage].sum(axis=-1) <= 0).any():
        raise InputError(f"the score '{score.name}' is not defined for every policy over the first {first_stage} seeds")
    found = screen(sign * top, bottom, smallest_difference, first_stage, confidence)
    return _selection(policies, found, sign * top, bottom, batch)


def screen(
    numerators: Floats, denominators: Floats, smallest_difference: float, first_stage: int, confidence: float
) -> Screening:
    """Run the procedure over observations `[..., policies, seeds]`, lower is better; two policies or more.

    Policy i is dropped after r seeds if some surviving l is lower by more than
    W = max(0, delta / (2 r) (h^2 S_il^2 / delta^2 - r)), with S_il^2 the first stage's variance of the difference and
    h^2 as in `continuation` (Kim and Nelson 2001, c = 1). It stops where all is decided, or at the first seed on which
    a survivor has not run (NaN).
    """
    running = _running(numerators, denominators)
    spread = _spread(numerators[..., :first_stage], denominators[..., :first_stage])
    limits = continuation(numerators.shape[-2], first_stage, confidence) * spread / smallest_difference**2
    dropped = np.zeros(numerators.shape[:-1], dtype=np.int64)
    last, most = first_stage, _most(limits, dropped == 0, first_stage)
    for seeds in range(first_stage, numerators.shape[-1] + 1):
        surviving = dropped == 0
        if (np.isnan(running[..., seeds - 1]) & surviving).any():
            break
        width = np.maximum(0.0, smallest_difference / (2 * seeds) * (limits - seeds))
        dropped[surviving & _beaten(running[..., seeds - 1], surviving, width)] = seeds
        last, most = seeds, _most(limits, dropped == 0, seeds)
        if (most <= seeds).all():
            break
    return Screening(dropped, np.asarray(most <= last), most, last)


def continuation(policies: int, first_stage: int, confidence: float) -> float:
    """Kim and Nelson's h^2 = 2 eta (n0 - 1), eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2, for c = 1."""
    freedom = first_stage - 1
    return float(((2 * (1 - confidence) / (policies - 1)) ** (-2 / freedom) - 1) * freedom)


def _running(numerators: Floats, denominators: Floats) -> Floats:
    """Ratio over the seeds so far, NaN from the first seed that is missing and where there is nothing to divide by."""
    top, bottom = numerators.cumsum(axis=-1), denominators.cumsum(axis=-1)
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def _spread(numerators: Floats, denominators: Floats) -> Floats:
    """Variance of the difference between each two policies, `[..., policies, policies]`."""
    own = influences(numerators, denominators)
    return np.asarray((own[..., :, None, :] - own[..., None, :, :]).var(axis=-1, ddof=1))


def _beaten(estimates: Floats, surviving: Bools, width: Floats) -> Bools:
    behind = estimates[..., :, None] > estimates[..., None, :] + width
    return np.asarray((behind & surviving[..., None, :]).any(axis=-1))


def _most(limits: Floats, surviving: Bools, seeds: int) -> Ints:
    """Seeds after which no two survivors are apart but tied: where the widest W has shrunk to zero."""
    rivals = surviving[..., :, None] & surviving[..., None, :]
    widest = np.where(rivals, limits, 0.0).max(axis=(-2, -1))
    return np.asarray(np.maximum(seeds, np.ceil(widest)).astype(np.int64))


def _selection(policies: Sequence[str], found: Screening, top: Floats, bottom: Floats, batch: int) -> Selection:
    estimates = ratio(top[:, : found.seeds], bottom[:, : found.seeds])
    order = np.argsort(np.where(found.dropped == 0, estimates, np.inf), kind="stable")
    survivors = tuple(policies[place] for place in order if found.dropped[place] == 0)
    decided = bool(found.decided)
    return Selection(
        seeds=found.seeds,
        survivors=survivors,
        dropped=tuple((name, int(seeds)) for name, seeds in zip(policies, found.dropped, strict=True) if seeds > 0),
        best=survivors[0] if decided else None,
        add=0 if decided else min(batch, int(found.most) - found.seeds),
        most=int(found.most),
    )


def check_settings(
    score: Score, policies: Sequence[str], smallest_difference: float, first_stage: int, confidence: float
) -> float:
    """Return the sign that makes lower values better; InputError for settings under which nothing can be selected."""
    if not policies:
        raise InputError("selection: found no policy to select from")
    if score.direction == "descriptive":
        raise InputError(f"selection: the score '{score.name}' is descriptive; allowed: one that says what is better")
    if not smallest_difference > 0:
        raise InputError(f"selection: found the smallest difference {smallest_difference}; allowed: above 0")
    if first_stage < 2:
        raise InputError(f"selection: found a first stage of {first_stage} seeds; allowed: at least 2")
    if not 0.5 < confidence < 1:
        raise InputError(f"selection: found the confidence {confidence}; allowed: between 0.5 and 1")
    return -1.0 if score.direction == "higher is better" else 1.0
