"""Every score of every policy, estimated at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.scores.statistics.binary import estimate_share, is_binary
from lastresort.scores.statistics.bootstrap import estimate_ratios
from lastresort.scores.statistics.estimates import Estimate, no_wider_than, per_run
from lastresort.scores.statistics.terms import terms

if TYPE_CHECKING:
    import pandas as pd

Rows = Mapping[str, "pd.DataFrame"]
"""Rows of the score table by policy, seeds ascending."""


def estimate_scores(rows: Rows, scores: Sequence[Score]) -> dict[str, dict[str, Estimate]]:
    """Estimate each score of each policy, by policy, then score; all policies were run on the same seeds.

    A score that is 0 or 1 in every run of every policy has Wilson's interval; that of a share stays within 0 and 1. An
    interval from resamples that says less than the runs themselves is none.
    """
    crossed = np.array([[terms(own, score) for score in scores] for own in rows.values()])  # [P, S, 2, seeds]
    found: dict[str, dict[str, Estimate]] = {name: {} for name in rows}
    for place, score in enumerate(scores):
        tops, bottoms = crossed[:, place, 0], crossed[:, place, 1]
        estimates = (
            [estimate_share(row) for row in tops] if is_binary(tops, bottoms) else _resampled(score, tops, bottoms)
        )
        for name, estimate in zip(rows, estimates, strict=True):
            found[name][score.name] = estimate
    return found


def _resampled(score: Score, tops: Floats, bottoms: Floats) -> list[Estimate]:
    """Estimates of the ratios of rows `[policies, seeds]`, as far as they say more than the runs."""
    share = score.unit == "fraction" and is_share(tops, bottoms)
    estimates = [within_unit(one) if share else one for one in estimate_ratios(tops, bottoms)]
    return [no_wider_than(one, per_run(top, bottom)) for one, top, bottom in zip(estimates, tops, bottoms, strict=True)]


def is_share(tops: Floats, bottoms: Floats) -> bool:
    """Whether no run scores below 0 or above 1."""
    return bool((tops >= 0).all() and (tops <= bottoms).all())


def within_unit(one: Estimate) -> Estimate:
    """An estimate whose interval ends at 0 and 1."""
    return replace(one, low=float(np.maximum(one.low, 0.0)), high=float(np.minimum(one.high, 1.0)))
