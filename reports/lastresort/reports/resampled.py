"""Scores of policies in each bootstrap resample of seeds, for ellipses and for weights to try."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.scores.decisions.outcomes import resample_outcomes

MOST = 1000
"""Resamples that are kept: an ellipse needs no more."""


def resampled_scores(table: pd.DataFrame, policies: Sequence[str], scores: Sequence[Score]) -> Mapping[str, Floats]:
    """Scores `[resamples, scores]` of each policy in resamples that all share; none with a single seed."""
    if table["seed"].nunique() < 2:
        return dict.fromkeys(policies, np.empty((0, len(scores))))
    outcomes = resample_outcomes({"": table}, policies, scores)
    return {name: outcomes.resampled[:MOST, 0, place] for place, name in enumerate(policies)}
