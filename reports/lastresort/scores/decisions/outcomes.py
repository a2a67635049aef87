"""What each policy scores in each scenario, as it is and in resamples that all policies of a scenario share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.statistics.ratios import quotient
from lastresort.scores.statistics.resampling import resample_counts
from lastresort.scores.statistics.sums import counted_sums, totals
from lastresort.scores.statistics.terms import terms

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outcomes:
    """Scores signed so that lower is better: `values` `[scenarios, P, S]`, `resampled` `[resamples, scenarios, P, S]`.

    `defined` `[scenarios, S]` flags the scores that are defined for every policy of a scenario; the others are NaN.
    Only resamples are kept in which all of these are defined.
    """

    values: Floats
    resampled: Floats
    defined: Bools

    @property
    def cells(self) -> Floats:
        """Resampled scores of all scenarios side by side, those that are defined: `[resamples, P, cells]`."""
        return np.asarray(np.moveaxis(self.resampled, 2, 1)[:, :, self.defined])


def resample_outcomes(
    tables: "Mapping[str, pd.DataFrame]", policies: Sequence[str], criteria: Sequence[Score]
) -> Outcomes:
    """Resample the seeds of each scenario by themselves; a scenario's resamples depend on its name and seeds alone.

    InputError where policies of a scenario were not run on the same seeds, or on fewer than two.
    """
    found = [_scenario(name, table, policies, criteria) for name, table in tables.items()]
    values = np.array([own for own, _ in found])
    resampled = np.moveaxis(np.array([strayed for _, strayed in found]), -1, 0)
    defined = ~np.isnan(values).any(axis=1)
    values, resampled = (np.where(defined[:, None, :], array, np.nan) for array in (values, resampled))
    kept = ~(np.isnan(resampled) & defined[:, None, :]).any(axis=(1, 2, 3))
    return Outcomes(values, resampled[kept], defined)


def _scenario(
    name: str, table: "pd.DataFrame", policies: Sequence[str], criteria: Sequence[Score]
) -> tuple[Floats, Floats]:
    """Values `[P, S]` and resampled values `[P, S, resamples]`."""
    rows = [table[table["policy"] == policy].sort_values("seed") for policy in policies]
    seeds = {tuple(own["seed"]) for own in rows}
    if len(seeds) > 1 or min(map(len, seeds)) < 2:
        raise InputError(f"decision: in scenario '{name}', policies need the same seeds, at least two")
    signs = np.array([-1.0 if score.direction == "higher is better" else 1.0 for score in criteria])
    crossed = np.array([[terms(own, score) for score in criteria] for own in rows])  # [P, S, 2, seeds]
    tops, bottoms = (crossed[:, :, side].reshape(-1, crossed.shape[-1]) for side in (0, 1))
    counts = resample_counts(crossed.shape[-1], name=name)
    shape = crossed.shape[:2]
    values = quotient(totals(tops), totals(bottoms)).reshape(shape)
    resampled = quotient(counted_sums(counts, tops), counted_sums(counts, bottoms)).reshape(*shape, -1)
    return signs * values, signs[:, None] * resampled
