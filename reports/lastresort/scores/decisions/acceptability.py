"""For which weights of the scores a policy comes first: acceptability of ranks, instead of one weighted total.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen, "SMAA", 1998, and "SMAA-2", 2001):
neither the weights nor the scores are known, so both are drawn, and what is counted is how often each rank comes out.
"""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.outcomes import Outcomes
from lastresort.scores.statistics.resampling import generator


@dataclass(frozen=True, slots=True)
class Acceptability:
    """Probability of each rank `[P, ranks]`, and the mean weights with which a policy is first `[P, S]`.

    Policies that are level share their ranks evenly. Central weights are NaN for a policy that is never first.
    """

    ranks: Floats
    central_weights: Floats


def rank_acceptability(scores: Floats, weights: Floats) -> Acceptability:
    """Count ranks over `scores` `[draws, P, S]`, lower is better, each with its own `weights` `[draws, S]`."""
    found = _ranks(scores, weights)
    return Acceptability(found.mean(axis=0), central_weights(found[..., 0], weights))


def acceptability_of(outcomes: Outcomes) -> Acceptability:
    """Count ranks over the resamples, weights of scenarios and weights of criteria all drawn; the latter are kept."""
    draws, scenarios, _, size = outcomes.resampled.shape
    weights = uniform_weights(draws, size, "criteria")
    both = uniform_weights(draws, scenarios, "scenarios")[:, :, None] * weights[:, None, :]
    found = _ranks(outcomes.cells, both[:, outcomes.defined])
    return Acceptability(found.mean(axis=0), central_weights(found[..., 0], weights))


def central_weights(first: Floats, weights: Floats) -> Floats:
    """Mean weights `[P, S]` of the draws in which each policy is first, counted `first` `[draws, P]` times."""
    often = first.sum(axis=0)[:, None]
    weighed = (first[:, :, None] * weights[:, None, :]).sum(axis=0)
    return np.asarray(np.where(often > 0, weighed / np.where(often > 0, often, 1.0), np.nan))


def scaled(scores: Floats) -> Floats:
    """Scores `[..., P, S]` from 0 for the best policy to 1 for the worst of the same draw; 0 where all are level."""
    best, worst = scores.min(axis=-2, keepdims=True), scores.max(axis=-2, keepdims=True)
    span = worst - best
    return np.asarray((scores - best) / np.where(span > 0, span, 1.0))


def uniform_weights(draws: int, size: int, name: str) -> Floats:
    """Weights `[draws, size]` that add up to one, drawn from the flat Dirichlet law; the same for the same name."""
    drawn = generator(f"weights of {name}").standard_exponential((draws, size))
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def _ranks(scores: Floats, weights: Floats) -> Floats:
    """How much of each rank each policy holds in each draw, `[draws, P, ranks]`."""
    totals = (scaled(scores) * weights[:, None, :]).sum(axis=-1)
    ours, theirs = totals[:, :, None], totals[:, None, :]
    before, level = (theirs < ours).sum(axis=-1), (theirs == ours).sum(axis=-1)
    places = np.arange(totals.shape[1])
    held = (places >= before[..., None]) & (places < (before + level)[..., None])
    return np.asarray(held / level[..., None])
