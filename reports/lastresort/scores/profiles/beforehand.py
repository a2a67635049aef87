"""Centralization before anyone knows who it will hit: a lottery is unequal afterwards, and equal beforehand.

Owners are drawn anew with each seed, so a type (cohort and size decile) stands for what one knows of an owner. Own
definition.
"""

import math
from collections.abc import Iterable

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.concentration import relative_gini
from lastresort.scores.measures.measurement import Profile
from lastresort.scores.statistics import CONFIDENCE
from lastresort.scores.statistics.resampling import resample_counts

RESAMPLES = 1000
"""Resamples of seeds behind the interval."""


def ex_ante_gini(profiles: Iterable[Profile]) -> float:
    """How unequally a policy's loss falls on what is known of owners beforehand, from its profiles of all seeds.

    The relative Gini coefficient over types of the loss and the endowment of each, added up over seeds. With few seeds
    it is too high: chance that has not averaged out looks like intent. NaN without user loss; the profiles are of one
    scenario.
    """
    loss, endowment = _by_type(profiles)
    return _gini(loss.sum(axis=0), endowment.sum(axis=0))


def ex_ante_interval(profiles: Iterable[Profile]) -> tuple[float, float]:
    """Ends of a 95 % interval of `ex_ante_gini`, percentiles over resamples of seeds; NaN with fewer than two."""
    loss, endowment = _by_type(profiles)
    if len(loss) < 2 or not loss.sum() > 0:
        return math.nan, math.nan
    drawn = resample_counts(len(loss))[:, :RESAMPLES].T
    resampled = (np.einsum("rs,st->rt", drawn, column) for column in (loss, endowment))
    values = [_gini(one, other) for one, other in zip(*resampled, strict=True)]
    low, high = np.nanquantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _by_type(profiles: Iterable[Profile]) -> tuple[Floats, Floats]:
    """Loss and endowment, `[seeds, types]`."""
    found = list(profiles)
    loss, endowment = (np.stack([profile[f"{name}_by_type"] for profile in found]) for name in ("loss", "endowment"))
    return loss, endowment


def _gini(loss: Floats, endowment: Floats) -> float:
    held = endowment > 0
    return relative_gini(loss[held], endowment[held])
