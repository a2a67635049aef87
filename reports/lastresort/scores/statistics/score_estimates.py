"""Every score of every policy, estimated at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lastresort.plugins.score import Score
from lastresort.scores.statistics.binary import estimate_share, is_binary
from lastresort.scores.statistics.bootstrap import estimate_ratios
from lastresort.scores.statistics.estimates import Estimate
from lastresort.scores.statistics.terms import terms

Rows = Mapping[str, pd.DataFrame]
"""Rows of the score table by policy, seeds ascending."""


def estimate_scores(rows: Rows, scores: Sequence[Score]) -> dict[str, dict[str, Estimate]]:
    """Estimate each score of each policy, by policy, then score; all policies were run on the same seeds.

    A score that is 0 or 1 in every run of every policy has Wilson's interval.
    """
    crossed = np.array([[terms(own, score) for score in scores] for own in rows.values()])  # [P, S, 2, seeds]
    found: dict[str, dict[str, Estimate]] = {name: {} for name in rows}
    for place, score in enumerate(scores):
        tops, bottoms = crossed[:, place, 0], crossed[:, place, 1]
        estimates = (
            [estimate_share(row) for row in tops] if is_binary(tops, bottoms) else estimate_ratios(tops, bottoms)
        )
        for name, estimate in zip(rows, estimates, strict=True):
            found[name][score.name] = estimate
    return found
