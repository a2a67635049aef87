"""Scores as ratios of sums: what each run adds to the numerator and to the denominator."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score

if TYPE_CHECKING:
    import pandas as pd


def terms(rows: "pd.DataFrame", score: Score) -> tuple[Floats, Floats]:
    """Numerator and denominator of a score in each row, `[seeds]`; a row of zero weight adds nothing."""
    values = rows[score.name].to_numpy(np.float64)
    if score.weight:
        weight = rows[score.weight].to_numpy(np.float64)
        values = np.where(weight > 0, weight * values, 0.0)
    return values, rows[score.per].to_numpy(np.float64) if score.per else np.ones(len(values))


def crossed_terms(table: "pd.DataFrame", score: Score, policies: Sequence[str]) -> tuple[Floats, Floats]:
    """Numerators and denominators `[policies, seeds]`, seeds ascending; NaN where a policy has not run on a seed.

    The seeds are those of any of the policies. InputError if the score is undefined in a run that is there.
    """
    seeds = np.unique(table["seed"][table["policy"].isin(list(policies))])
    crossed = np.full((2, len(policies), len(seeds)), np.nan)
    for place, name in enumerate(policies):
        rows = table[table["policy"] == name]
        found = np.array(terms(rows, score))
        if np.isnan(found).any():
            seed = rows["seed"].to_numpy()[np.isnan(found).any(axis=0)][0]
            raise InputError(f"the score '{score.name}' is not defined for policy '{name}' on seed {seed}")
        crossed[:, place, np.searchsorted(seeds, rows["seed"])] = found
    return crossed[0], crossed[1]


def complete_seeds(numerators: Floats) -> int:
    """Number of seeds, from the first, on which every policy has run: columns `[policies, seeds]` without a NaN."""
    present = ~np.isnan(numerators).any(axis=0)
    return int(np.logical_and.accumulate(present).sum())
