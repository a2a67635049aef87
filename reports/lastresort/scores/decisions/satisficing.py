"""In how many scenarios a policy is good enough, whatever it is elsewhere."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.outcomes import Outcomes
from lastresort.scores.decisions.regret import regrets
from lastresort.scores.statistics.estimates import Estimate
from lastresort.scores.statistics.percentiles import percentile_estimates


def satisfying(scores: Floats, thresholds: Floats) -> Floats:
    """Share of scenarios `[..., P]` in which no score exceeds its threshold (Starr's criterion, 1962).

    `scores` `[..., scenarios, P, S]`, lower is better; `thresholds` `[S]`. A score that is NaN is not held against
    anybody.
    """
    return np.asarray((~(scores > thresholds)).all(axis=-1).mean(axis=-2))


def estimate_nearly_best(outcomes: Outcomes, margins: Floats) -> list[Estimate]:
    """Share of scenarios in which each policy is within `margins` `[S]` of the best on every score."""
    values, resampled = (
        np.swapaxes(regrets(np.swapaxes(scores, -1, -2)), -1, -2) for scores in (outcomes.values, outcomes.resampled)
    )
    return percentile_estimates(satisfying(values, margins), satisfying(resampled, margins).T)
